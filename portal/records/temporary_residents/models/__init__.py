"""What is kept of temporary residents' forms."""

from portal.records.temporary_residents.models.mail_choice import MailChoice
from portal.records.temporary_residents.models.paper_bag import PaperBag
from portal.records.temporary_residents.models.temporary_form import FormDownload, FormReturn, TemporaryForm

__all__ = ["FormDownload", "FormReturn", "MailChoice", "PaperBag", "TemporaryForm"]
