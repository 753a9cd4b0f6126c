// Nothing but a place where headers that many files include are compiled once (Garant.cmake).
