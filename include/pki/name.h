/* General names (RFC 5280 section 4.2.1.6): alternative names and name constraints. */
#ifndef PKI_NAME_H
#define PKI_NAME_H

#include "base/buf.h"

enum name_type {
	NAME_OTHER = 0, /* the tag numbers of GeneralName */
	NAME_EMAIL = 1,
	NAME_DNS = 2,
	NAME_X400 = 3,
	NAME_DIR = 4,
	NAME_EDI = 5,
	NAME_URI = 6,
	NAME_IP = 7,
	NAME_RID = 8,
};

/* One name of a GeneralNames: value is the contents of its element (of directoryName the whole
 * Name). Borrowed. */
struct name {
	enum name_type type;
	struct span value;
	struct span whole;
};

enum { NAMES_MAX = 1000, HOST_MAX = 253, NAME_ADDRESS_MAX = 16 };

/* Takes the next name off the contents of a GeneralNames. RC_NOT_FOUND at the end, RC_DAMAGED. */
NODISCARD enum rc name_next(struct span *names, struct name *out);

/* Appends a GeneralName for "TYPE:VALUE", TYPE one of dns ip email uri dir rid upn other
 * (OID;UTF8:text or OID;hex). Host names become A-labels (IDNA 2008), are checked (labels of 1 to
 * 63 letters, digits, hyphens, not at the ends; at most HOST_MAX; a wildcard as the whole first
 * label with at least two behind it; underscores are refused); addresses are IPv4 and IPv6.
 * RC_USAGE with words. */
NODISCARD enum rc name_parse(struct buf *der, const char *text, struct err *err);

/* The same for a NAME whose type is seen from its shape: address, mail (@), URI (://), host. */
NODISCARD enum rc name_parse_any(struct buf *der, const char *text, struct err *err);

/* Appends a GeneralName for a name constraint, "TYPE:VALUE": dns may begin with a dot, ip has
 * /bits, email may be a host, dir, uri host. RC_USAGE with words. */
NODISCARD enum rc name_parse_constraint(struct buf *der, const char *text, struct err *err);

/* True when text alone would do as a NAME: a host name with a dot in it, or an address. */
bool name_looks_like_one(const char *text);

/* Appends "dns:web.example", "ip:192.0.2.7", "email:...", "uri:...", "dir:CN=...", "rid:1.2.3",
 * "upn:...", "other:OID;hex"; control characters are escaped (text_escape). As a constraint, ip
 * shows its /bits. */
void name_put(struct buf *out, const struct name *name);

/* True for a host name in A-label form: labels of 1 to 63 letters, digits and hyphens, the latter
 * not at their ends, dots between, at most HOST_MAX bytes; no wildcard, no final dot. A last label
 * of digits alone makes it none. */
bool name_is_host(struct span text);

/* An address in text form into out, most significant byte first. Returns its 4 or 16 bytes; 0 when
 * it is none. */
size_t name_address(unsigned char out[NAME_ADDRESS_MAX], const char *text);

/* True when host (an A-label host name, or an address in text form) matches this name by RFC 9525:
 * a wildcard stands for exactly one whole left-most label; addresses match addresses only; case
 * does not matter. A name with a NUL or any byte that cannot be in a host name matches nothing. */
bool name_matches_host(const struct name *name, const char *host);

/* Makes the form that name_matches_host wants of what a user typed: A-labels, no final dot, address
 * in shortest form. RC_USAGE with words. The caller releases out. */
NODISCARD enum rc name_host(struct buf *out, const char *text, struct err *err);

/* True when name lies within constraint (RFC 5280 section 4.2.1.10), both of one type. *known (may
 * not be NULL) is false for types that are not processed, and where RFC 5280 wants the certificate
 * refused: a URI without a host name, an address or mask of odd length. */
bool name_within(const struct name *name, const struct name *constraint, bool *known);

#endif
