# Piste d’audit, tâches, paramètres.
