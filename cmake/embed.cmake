# cmake -DINPUT=… -DOUTPUT=… -DHEADER=… -DNAMESPACE=… -DNAME=… -P embed.cmake: a text file as a C++
# constant.
file(READ "${INPUT}" text)
if(text MATCHES "\\)garant\"")
  message(FATAL_ERROR "${INPUT} holds )garant\", which ends the literal")
endif()
file(WRITE "${OUTPUT}" "#include \"${HEADER}\"

namespace ${NAMESPACE} {
const std::string_view ${NAME} = R\"garant(${text})garant\";
}  // namespace ${NAMESPACE}
")
