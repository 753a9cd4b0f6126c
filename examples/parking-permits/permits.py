#!/usr/bin/env python3
"""Residential parking permits of the City of Rivermouth / Ville de Rivermouth."""

import argparse
import sys
import traceback
from pathlib import Path

import clerk
import information
import public
from database import Database
from journal import Journal
from mail import MailRelay
from payments import PaymentProvider
from seed import seed
from server import Server, read_address
from service import Service, clerk_password
from web import Problem, Router


def make_respond(service, router):
    def respond(request, problem=None):
        try:
            if problem:
                raise problem
            return router.find(request)(service, request)
        except Problem as met:
            response = service.answer(request, "error", met.status, code=met.status,
                                      text=service.text(request, met.text))
            response.headers += met.headers
            return response
        except Exception:
            service.log("request.failed", request, problem=traceback.format_exc(limit=-3))
            return service.answer(request, "error", 500, code=500,
                                  text=service.text(request, "error.ours"))

    return respond


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--listen", default="127.0.0.1:8080", metavar="HOST:PORT",
                        help="where to answer; port 0 takes a free one (%(default)s)")
    parser.add_argument("--data", required=True, metavar="DIR",
                        help="folder of the database and the uploads; made where it is missing")
    parser.add_argument("--log", required=True, metavar="FILE", help="log to append to")
    parser.add_argument("--payment", required=True, metavar="URL", help="the payment provider")
    parser.add_argument("--mail", required=True, metavar="URL", help="the mail relay")
    parser.add_argument("--ready-file", metavar="FILE",
                        help="written with the port once the service answers")
    parser.add_argument("--seed", action="store_true",
                        help="fill an empty database with made-up applications")
    options = parser.parse_args()
    try:
        address = read_address(options.listen)
        provider = PaymentProvider(options.payment)
        mail = MailRelay(options.mail)
        data = Path(options.data)
        data.mkdir(mode=0o700, parents=True, exist_ok=True)
        journal = Journal(options.log, "web")
        database = Database(data / "permits.db")
        service = Service(data, database, journal, provider, mail, clerk_password(data))
        if options.seed:
            seed(service)
        router = Router()
        information.add_routes(router)
        public.add_routes(router)
        clerk.add_routes(router)
        server = Server(address, journal, make_respond(service, router))
    except (OSError, ValueError) as problem:
        sys.exit(f"permits: {problem}")
    server.run(options.ready_file)


if __name__ == "__main__":
    main()
