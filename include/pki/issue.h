/* Making certificates and requests. Built with libtasn1 over schema.asn, signed through GnuTLS. */
#ifndef PKI_ISSUE_H
#define PKI_ISSUE_H

#include "pki/cert.h"
#include "pki/csr.h"
#include "pki/key.h"

enum profile {
	PROFILE_NONE,
	PROFILE_CA,
	PROFILE_SERVER,
	PROFILE_CLIENT,
	PROFILE_PEER, /* server and client in one */
	PROFILE_EMAIL,
	PROFILE_CODE,
	PROFILE_OCSP,
};

/* "ca", "server"...; NULL for PROFILE_NONE. Static. */
const char *profile_name(enum profile profile);

/* The profile of a name; PROFILE_NONE for an unknown one. */
enum profile profile_from_name(const char *name);

/* Which profile a certificate or request has by its extensions (contents of an Extensions
 * SEQUENCE); PROFILE_NONE when it is none of ours. */
enum profile profile_of(struct span extensions);

enum { ISSUE_URLS_MAX = 8, SERIAL_SIZE = 10 };

/* The shape of a certificate or request. Spans borrow. SHAPE_INIT makes an empty one. */
struct shape {
	enum profile profile;
	struct span subject;   /* Name, whole */
	struct span names;     /* GeneralName elements, one after the other */
	int path_length;       /* -1: none */
	struct span permitted; /* GeneralName elements */
	struct span excluded;  /* GeneralName elements */
	unsigned key_usage;    /* KU_*; 0: the profile's */
	struct span ekus;      /* OBJECT IDENTIFIER elements; empty: the profile's */
	const char *crl_urls[ISSUE_URLS_MAX];
	const char *ocsp_urls[ISSUE_URLS_MAX];
	const char *ca_urls[ISSUE_URLS_MAX];
	int64_t not_before;
	int64_t not_after;
	enum hash hash; /* HASH_NONE: key_hash of the signing key */
	/* Contents of an Extensions SEQUENCE that is taken over as it stands (renewals): all
	 * extensions but the two key identifiers (and what belongs to the old certificate alone:
	 * its transparency receipts; with a key that is not RSA, keyEncipherment) come from here,
	 * and profile, names, path_length, ... are not looked at. Empty: none. */
	struct span extensions;
};

#define SHAPE_INIT                \
	{                         \
		.path_length = -1 \
	}

/* Whose certificate, and who signs it. Borrows. */
struct issuing {
	struct span spki;          /* the subject's SubjectPublicKeyInfo */
	const struct cert *issuer; /* NULL: self-signed */
	const struct key *signer;  /* the issuer's key, or the subject's own */
};

/* Appends a certificate (version 3) for spki, signed with signer. issuer is the signer's
 * certificate, whose subject is copied byte for byte and whose key identifier is taken; NULL:
 * self-signed (signer is the subject's own key). The serial is 10 random octets. Extensions stand
 * in the contract's order: SKI (SHA-1 of the key bits), AKI, keyUsage, basicConstraints, then the
 * others. With words: RC_POLICY (an empty subject without names, a hash that does not go with the
 * key, an end before the start, ...), RC_WEAK (weak keys and digests), RC_MISMATCH (signer is not
 * issuer's key), RC_DAMAGED (spki). */
NODISCARD enum rc issue_cert(struct buf *der, const struct shape *shape, const struct issuing *by,
			     struct err *err);

/* What issuing takes besides: the same for any number of certificates, on any number of threads.
 * Opaque; freed with issue_tools_free. */
struct issue_tools;

/* Makes them. RC_NO_MEMORY, RC_INTERNAL; *tools is NULL then. */
NODISCARD enum rc issue_tools_new(struct issue_tools **tools);

/* Frees them; *tools may be NULL. */
void issue_tools_free(struct issue_tools **tools);

/* As issue_cert, with tools that are there already: it saves the tenth part of the time that an
 * EC key and its certificate take. */
NODISCARD enum rc issue_cert_with(struct buf *der, const struct issue_tools *tools,
				  const struct shape *shape, const struct issuing *by,
				  struct err *err);

/* Appends a PKCS#10 request for key with the shape's subject, and an extensionRequest of its names,
 * usages and (of a CA) basic constraints; of shape->extensions those alone are taken. As
 * issue_cert. */
NODISCARD enum rc issue_csr(struct buf *der, const struct shape *shape, const struct key *key,
			    struct err *err);

#endif
