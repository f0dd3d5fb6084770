"use strict";

// The API is read only and takes no key, so "try it out" needs no more than this.
const place = document.getElementById("api");
SwaggerUIBundle({
  url: place.dataset.schema,
  domNode: place,
  deepLinking: true,
  supportedSubmitMethods: ["get"],
  validatorUrl: null,
});
