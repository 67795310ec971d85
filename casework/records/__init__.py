"""What commands share: the rows that stand beside the history, written inside a command.

Nothing here opens or commits a transaction, asks policy or fires an edge; it writes its own rows.
"""
