"""The clocks of a case: a pure library from a contract, a subject and events to what is due when,
under which rule. It knows no database, no web, no current date, and nothing of casework."""
