settings-organisation-missing = Enter the organisation's name
settings-help-contact-missing = Enter whom to ask for help
settings-opens-before-range = Check-in may open 0 to 240 minutes before the start
settings-kept-months-range = Data may be kept for 6 to 600 months
