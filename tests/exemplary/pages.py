"""The pages of the exemplary service, in both languages."""

import base64
import hashlib
import html

STYLE = "body{max-width:44rem;margin:auto;padding:1rem;font:1.05rem/1.5 sans-serif}label{display:block}"
STYLE_HASH = base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()

TEXTS = {
    "en": {
        "service": "Trail passes", "other": "Français", "privacy": "Privacy", "cookies": "Cookies",
        "home": "A pass lets you walk the long trails for one season.",
        "apply": "Apply for a pass", "sign-in": "Sign in", "contact": "Write to us",
        "account": "Your pass", "name": "Full name", "email": "Email address",
        "code": "Code that we sent you", "message": "Message", "send": "Send",
        "phone": "Telephone",
        "notice": "We collect your personal information for the purpose of managing trail passes, under"
                  " section 4 of the Trail Regulations. How we protect it:",
        "privacy-body": "The Trails Agency collects your name and email address to issue your pass,"
                        " keeps them for two years after the season and then erases them. Trail"
                        " wardens see the number of your pass. You can see, correct or remove what is"
                        " held about you: write to privacy@trails.example, and we answer within 30"
                        " days. If a breach puts you at risk, we tell you by email.",
        "cookies-body": "We set one cookie, __Host-session. It joins the steps of a form, is essential,"
                        " and ends when you close the browser. Nothing measures you.",
        "cookies-silent": "We use what is needed for the forms of this site to work with your browser.",
        "sent": "Thank you. We have it.", "wrong": "That could not be read. Go back and try again.",
        "missing": "There is no such page.", "held": "This is what we hold about you:",
        "trails": "Trails", "trails-body": "Three long trails are open, from May to October.",
    },
    "fr": {
        "service": "Laissez-passer de sentier", "other": "English",
        "privacy": "Protection de la vie privée", "cookies": "Témoins",
        "home": "Un laissez-passer vous ouvre les grands sentiers pour une saison.",
        "apply": "Demander un laissez-passer", "sign-in": "Ouvrir une session",
        "contact": "Nous écrire", "account": "Votre laissez-passer", "name": "Nom complet",
        "email": "Adresse de courriel", "code": "Code que nous vous avons envoyé",
        "message": "Message", "send": "Envoyer", "phone": "Téléphone",
        "notice": "Nous recueillons vos renseignements personnels afin de gérer les laissez-passer de"
                  " sentier, en vertu de l’article 4 du Règlement sur les sentiers. Comment nous les"
                  " protégeons :",
        "privacy-body": "L’Agence des sentiers recueille votre nom et votre adresse de courriel pour"
                        " vous délivrer un laissez-passer, les conserve deux ans après la saison, puis"
                        " les efface. Les gardes voient le numéro de votre laissez-passer. Vous pouvez"
                        " consulter, faire corriger ou supprimer ce que nous détenons à votre sujet :"
                        " écrivez à privacy@trails.example; nous répondons dans les 30 jours. Si une"
                        " atteinte vous expose à un risque, nous vous en avisons par courriel.",
        "cookies-body": "Nous déposons un seul témoin, __Host-session. Il relie les étapes d’un"
                        " formulaire, est essentiel et prend fin à la fermeture du navigateur. Rien ne"
                        " mesure votre navigation.",
        "cookies-silent": "Nous utilisons ce qu’il faut pour que les formulaires de ce site marchent.",
        "sent": "Merci. Nous l’avons reçu.",
        "wrong": "Ce qui a été envoyé n’a pas pu être lu. Revenez en arrière et réessayez.",
        "missing": "Cette page n’existe pas.", "held": "Voici ce que nous détenons à votre sujet :",
        "trails": "Sentiers", "trails-body": "Trois grands sentiers sont ouverts, de mai à octobre.",
    },
}
FIELDS = {
    "/apply": (("name", "text", "name"), ("email", "email", "email")),
    "/sign-in": (("email", "email", "email"), ("code", "text", "one-time-code")),
    "/contact": (("email", "email", "email"), ("message", "text", "off")),
}


def address(path, language):
    return path + "?lang=fr" if language == "fr" else path


def page(path, language, title, body, faults):
    text = TEXTS[language]
    other = "en" if language == "fr" else "fr"
    links = ["/", "/apply", "/trails", "/contact", "/account"]
    names = ["service", "apply", "trails", "contact", "account"]
    footer = {"/privacy": "privacy", "/cookies": "cookies"}
    if "privacy-unlinked" in faults and path == "/trails":
        del footer["/privacy"]
    if "privacy-english-only" in faults:
        language_of = {"/privacy": "en"}
    else:
        language_of = {}
    if "undeclared-route" in faults:
        links.append("/season-report")
        names.append("trails")
    if "endless-pages" in faults:
        links += [f"/trails/of-{season}" for season in range(1700, 2000)]
        names += ["trails"] * 300
    menu = " ".join(f'<a href="{address(link, language)}">{html.escape(text[name])}</a>'
                    for link, name in zip(links, names))
    foot = " ".join(f'<a href="{address(link, language_of.get(link, language))}">'
                    f"{html.escape(text[name])}</a>" for link, name in footer.items())
    switch = "" if path in language_of else (
        f'<a href="{address(path, other)}" hreflang="{other}" lang="{other}">{text["other"]}</a>')
    script = ('<script src="https://cdn.example/measure.js"></script>'
              if "third-party-script" in faults else "")
    return (f'<!DOCTYPE html><html lang="{language}"><head><meta charset="utf-8">'
            f"<title>{html.escape(title)}</title><style>{STYLE}</style>{script}</head><body>"
            f"<header><nav>{menu}</nav>{switch}</header><main><h1>{html.escape(title)}</h1>{body}"
            f"</main><footer>{foot}</footer></body></html>").encode("utf-8")


def form(path, language, token, faults):
    text = TEXTS[language]
    notice = (f'<p>{html.escape(text["notice"])} <a href="{address("/privacy", language)}">'
              f'{html.escape(text["privacy"])}</a></p>')
    if "form-without-notice" in faults and path == "/contact":
        notice = ""
    fields = FIELDS[path]
    if "undeclared-field" in faults and path == "/apply":
        fields += (("phone", "tel", "tel"),)
    inputs = "".join(
        f'<label for="{name}">{html.escape(text[name])}</label><input id="{name}" name="{name}" '
        f'type="{kind}" autocomplete="{autocomplete}" maxlength="500" required>'
        for name, kind, autocomplete in fields)
    return (f'<form method="post" action="{address(path, language)}">{notice}'
            f'<input type="hidden" name="form_token" value="{token}">{inputs}'
            f'<button>{html.escape(text["send"])}</button></form>')
