# Audit trail, jobs, settings.
