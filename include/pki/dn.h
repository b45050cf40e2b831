/* Distinguished names: RFC 4514 text, DER Name (RFC 5280 section 4.1.2.4), comparison. */
#ifndef PKI_DN_H
#define PKI_DN_H

#include "pki/oid.h"

/* Appends the DER Name for RFC 4514 text (first RDN in the text is the last in the SEQUENCE), also
 * multi-valued RDNs, quoted values, #hex, dotted types, blanks around separators, "/"-free. Values:
 * country PrintableString of two letters, mail and DC IA5String, else PrintableString where it
 * fits, else UTF8String; upper bounds of RFC 5280 appendix A are honoured. Empty text gives an
 * empty Name. RC_USAGE with words (which part, what is expected) for an unknown attribute,
 * unbalanced quotes, an empty value, control characters, bytes that are not UTF-8. */
NODISCARD enum rc dn_parse(struct buf *der, const char *text, struct err *err);

/* Appends a Name of one commonName, or an attribute, with the value's string type as dn_parse
 * chooses it. */
NODISCARD enum rc dn_from_cn(struct buf *der, struct span cn, struct err *err);

/* Appends RFC 4514 text of a whole Name (with its SEQUENCE). Control, bidi and zero-width
 * characters are written as \HH pairs, so that it may go to a terminal; unknown attributes as
 * dotted=#hex. Never fails: what is no Name gives "?". An empty Name gives "". */
void dn_put(struct buf *out, struct span name);

/* Calls each(self, text) for every value of a Name, in the order of dn_put (the last RDN's first)
 * and without its attribute: UTF-8 as it came, not escaped; what is no text of its type as "#HEX".
 * RC_DAMAGED when it is no Name, and then nothing is called; RC_NO_MEMORY. */
NODISCARD enum rc dn_each_value(struct span name, void (*each)(void *self, struct span text),
				void *self);

/* True for a Name without RDNs. */
bool dn_is_empty(struct span name);

/* RFC 5280 section 7.1: equal after folding case and white space, RDN by RDN; string types do not
 * matter. Byte-equal names are equal whatever they hold. */
bool dn_equal(struct span a, struct span b);

/* True when name begins with all the RDNs of base (name constraints, RFC 5280 section 4.2.1.10). */
bool dn_within(struct span name, struct span base);

/* Appends the last value of an attribute as UTF-8 text; false when there is none. */
bool dn_get(struct buf *out, struct span name, enum oid attribute);

/* Takes the next attribute off the walk through a Name: *rdns is the contents of the Name's
 * SEQUENCE, *rdn the rest of the RDN at hand (empty at first). Gives type (contents octets), the
 * value's tag and bytes. RC_NOT_FOUND at the end, RC_DAMAGED. */
NODISCARD enum rc dn_next(struct span *rdns, struct span *rdn, struct span *type, unsigned *tag,
			  struct span *value);

#endif
