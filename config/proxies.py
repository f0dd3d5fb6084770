from django.conf import settings


def client_address(request, credentials=None):
    """The visitor's address as told by the nearest TRUSTED_PROXIES proxies, by the rule of DRF's throttles.

    Addresses further left in the header were written by whoever sent the request, so they are not believed.
    """
    told = request.headers.get("X-Forwarded-For", "")
    if not settings.TRUSTED_PROXIES or not told:
        return request.META.get("REMOTE_ADDR")
    addresses = [address.strip() for address in told.split(",")]
    return addresses[-min(settings.TRUSTED_PROXIES, len(addresses))]
