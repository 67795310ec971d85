"""The ways out of the house: the print vendor's batches, the fax server, text messages, e-mail.

Each writes under a key that is the same for every try, whole or not at all. What they say outside
names no service, no diagnosis and no case; what they answer is read back from folders.
"""

from casework.carriers.mail import NotTaken, send_pointer
from casework.carriers.texts import send_text

__all__ = ["NotTaken", "send_pointer", "send_text"]
