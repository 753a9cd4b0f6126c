# cmake -DINPUT=… -DOUTPUT=… -DNAME=… -P embed.cmake: a text file as a C++ constant.
file(READ "${INPUT}" text)
if(text MATCHES "\\)garant\"")
  message(FATAL_ERROR "${INPUT} holds )garant\", which ends the literal")
endif()
file(WRITE "${OUTPUT}" "#include \"report/assets.h\"

namespace garant::report {
const std::string_view ${NAME} = R\"garant(${text})garant\";
}  // namespace garant::report
")
