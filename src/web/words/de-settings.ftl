# Audit trail, jobs and settings.

