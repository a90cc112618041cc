// Tells the style sheet, before anything is drawn, that components may be enhanced (NHS design system).
document.body.className += " js-enabled" + ("noModule" in HTMLScriptElement.prototype ? " nhsuk-frontend-supported" : "");
