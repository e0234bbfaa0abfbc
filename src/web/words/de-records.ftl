# Prüfpfad, Aufträge, Einstellungen.
