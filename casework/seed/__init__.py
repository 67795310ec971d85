"""The demo town: fictional people, five contracts, cases in every state; the same for one seed."""
