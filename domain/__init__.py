"""The business of account management: facts, rules, figures. Pure: no clock, no I/O, no random."""
