/* Certificates (RFC 5280): a view of one, taken apart without allocating. The only reader of
 * certificates. */
#ifndef PKI_CERT_H
#define PKI_CERT_H

#include "pki/digest.h"
#include "pki/ext.h"
#include "pki/oid.h"

/* Everything borrows from the DER that was parsed. Spans named *_name, spki and *_alg are whole
 * elements. */
struct cert {
	struct span der;
	struct span tbs;     /* whole, as signed */
	unsigned version;    /* 1 to 3 */
	struct span serial;  /* contents octets */
	struct span tbs_alg; /* AlgorithmIdentifier inside */
	struct span issuer;  /* Name */
	struct span subject; /* Name */
	int64_t not_before;
	int64_t not_after;
	struct span spki;       /* SubjectPublicKeyInfo */
	struct span extensions; /* contents of the SEQUENCE; empty when there are none */
	struct span sig_alg;    /* AlgorithmIdentifier outside */
	struct span signature;  /* bytes of the BIT STRING */
};

/* Takes der apart, the heads of the extensions too: one Certificate and nothing behind it.
 * RC_DAMAGED; *where (may be NULL) then is a static phrase that names the field. Dates out of the
 * calendar, extensions in a v1 certificate and serial numbers of odd form are read; cert_problems
 * tells them. */
NODISCARD enum rc cert_parse(struct cert *c, struct span der, const char **where);

/* True when der looks like a Certificate by its first fields (a SEQUENCE of SEQUENCE,
 * AlgorithmIdentifier, BIT STRING). */
bool cert_probe(struct span der);

/* The extension with this id into *x; false when there is none. */
bool cert_ext(const struct cert *c, enum oid id, struct ext *x);

/* basicConstraints say CA (version 1 certificates are no CAs). */
bool cert_is_ca(const struct cert *c);

/* The path length constraint, or -1. */
int cert_path_length(const struct cert *c);

/* Issuer and subject are equal (dn_equal). */
bool cert_self_issued(const struct cert *c);

/* Self-issued, and its key identifiers do not speak against its own key. No signature is checked.
 */
bool cert_seems_self_signed(const struct cert *c);

/* The identifier that it gives its own key; empty when it gives none. */
struct span cert_key_id(const struct cert *c);
/* The key identifier that it names its issuer's key by; empty when it names none. */
struct span cert_issuer_key_id(const struct cert *c);

/* Self-issued, and signed with its own key (the signature is checked). */
bool cert_self_signed(const struct cert *c);

/* The contents of its subjectAltName's GeneralNames; empty when there are none. */
struct span cert_names(const struct cert *c);

/* Checks c's signature with the key in spki. RC_INVALID when it is wrong, RC_UNSUPPORTED for an
 * unknown algorithm, RC_DAMAGED. Weak digests are verified all the same: see cert_weak. */
NODISCARD enum rc cert_verify(const struct cert *c, struct span spki);

/* Why the certificate's shape is weak ("its RSA key has 1024 bits, 2048 is the least"), or NULL.
 * Static or in out. */
const char *cert_weak(const struct cert *c, char *out, size_t size);

/* Appends the serial number: lower-case hexadecimal, even number of digits, without sign octet; "-"
 * before a negative one. */
void cert_put_serial(struct buf *out, const struct cert *c);

/* Appends the signature's algorithm by name ("ecdsa-with-SHA256", RSASSA-PSS with its digest, else
 * the dotted OID). */
void cert_put_signature(struct buf *out, const struct cert *c);

/* The digest of an AlgorithmIdentifier that signs; HASH_NONE for those without (Ed25519) and for
 * unknown ones. */
enum hash cert_signature_hash(struct span algorithm);

/* What is wrong with the certificate for itself, found without a clock: calls found(self, code,
 * message) for each; codes are kebab-case and listed in kyman(1). (dates that end before they
 * begin, duplicate extensions, serial of zero or over 20 octets, v1 with extensions, algorithm
 * inside and outside differ, weak, empty subject without critical names, ...) */
void cert_problems(const struct cert *c,
		   void (*found)(void *self, const char *code, const char *message), void *self);

/* The same, but that no signature is verified, which is nearly all the time that it takes. */
void cert_problems_of_form(const struct cert *c,
			   void (*found)(void *self, const char *code, const char *message),
			   void *self);

#endif
