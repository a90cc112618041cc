"""POST -> form -> service -> redirect, once for every page that has a form."""

from __future__ import annotations

import uuid
from typing import Any, ClassVar

from django.db import transaction
from django.forms import BaseForm
from django.http import HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase

from portal.foundation.errors import InvalidInput
from portal.foundation.web.models import Submission
from portal.foundation.web.views import PortalView

SUBMISSION_FIELD = "submission"


class FormPage(PortalView, abstract=True):
    """A page with one form. Put it before the audience: ``class Cancel(FormPage, ContractorView)``.

    Subclasses give ``form_class``, ``template``, ``submit`` and, where needed, ``form_arguments`` and
    ``context``. A second arrival of the same submission (double click, Back, retry) does nothing
    and goes where the first one went (R3).
    """

    form_class: ClassVar[type[BaseForm]]
    template: ClassVar[str]

    def form_arguments(self) -> dict[str, Any]:
        """Keyword arguments for the form besides the posted data."""
        return {}

    def context(self) -> dict[str, Any]:
        """What the template needs besides ``form``."""
        return {}

    def submit(self, form: Any) -> HttpResponseRedirect:
        """Calls ONE service with the valid form's values and says where to go."""
        raise TypeError(f"{type(self).__name__} does not say what its form does.")

    def get(self, request: Any, **kwargs: Any) -> HttpResponseBase:
        """The empty form."""
        return self.show(self.form_class(**self.form_arguments()))

    def post(self, request: Any, **kwargs: Any) -> HttpResponseBase:
        """Binds, validates, submits once; an invalid form comes back with everything typed kept (R7)."""
        form = self.form_class(data=request.POST, files=request.FILES, **self.form_arguments())
        if not form.is_valid():
            return self.show(form, status=422)
        try:
            return self._submit_once(form)
        except InvalidInput as error:
            for field, sentence in error.errors.items():
                form.add_error(field if field in form.fields else None, sentence)  # type: ignore[attr-defined]
            return self.show(form, status=422)

    def show(self, form: Any, *, status: int = 200) -> HttpResponse:
        """The page with the form as it is."""
        return self.page(self.template, {"form": form, "submission": uuid.uuid4(), **self.context()}, status=status)

    def _submit_once(self, form: Any) -> HttpResponseRedirect:
        token = _token(self.request.POST.get(SUBMISSION_FIELD, ""))
        if token is None:
            return self.submit(form)
        with transaction.atomic():
            if earlier := Submission.begin(token, user_id=self.actor.user_id, path=self.request.path):
                return HttpResponseRedirect(earlier)
            response = self.submit(form)
            Submission.finish(token, response["Location"])
        return response


def _token(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text)
    except ValueError:
        return None
