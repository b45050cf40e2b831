/* What the files of the path builder share; for nobody else. */
#ifndef PKI_PATH_PARTS_H
#define PKI_PATH_PARTS_H

#include "pki/path.h"

enum {
	PATH_CANDIDATES_MAX = 64, /* issuers tried for one certificate */
	PATH_NAMES_MAX = 1000000, /* comparisons of names with constraints in one search */
	PATH_SUBJECT_MAX = 130,   /* bytes of a subject in a reason */
};

/* A member under its subject's hash. */
struct path_key {
	uint64_t hash;
	size_t member;
	bool trusted;
};

/* What could have issued a certificate, best first. */
struct path_candidates {
	size_t member[PATH_CANDIDATES_MAX];
	size_t count;
	bool off; /* one more has the right name and is not usable */
	bool bad; /* there was no memory to look */
};

/* Why a certificate cannot stand where it stands. */
struct path_fault {
	const char *code; /* static */
	char reason[PATH_REASON_MAX];
};

/* Members that have c's issuer's name: the right key identifier first, then those valid at the
 * time, then the trusted. c itself is never among them. */
void path_candidates(const struct path_set *set, const struct cert *c, int64_t at,
		     struct path_candidates *out);

/* Writes "'SUBJECT' TEXT" as the reason, and returns false, so that a check can end in it. */
bool path_fault(struct path_fault *fault, const struct cert *who, const char *code,
		const char *format, ...) PRINTF(4, 5);

/* The subject as text, its serial number where that is empty, cut to PATH_SUBJECT_MAX bytes; out,
 * which has that size, is returned. Safe for a terminal. */
const char *path_name(char out[PATH_SUBJECT_MAX], struct span name, const struct cert *c);

/* Checks what a leaf must be by itself. False with a fault. */
bool path_check_leaf(const struct cert *leaf, const struct path_query *query,
		     struct path_fault *fault);

/* Checks that the leaf has the host's name. False with a fault. */
bool path_check_host(const struct cert *leaf, const char *host, struct path_fault *fault);

/* Checks what an issuer must be with `below` certificates between it and the leaf that count for
 * the path length. False with a fault. */
bool path_check_issuer(const struct cert *issuer, size_t below, const struct path_query *query,
		       struct path_fault *fault);

/* The certificates of a path so far, the leaf first. */
struct path_chain {
	const struct cert *cert[PATH_MAX_LENGTH + 1];
	size_t count;
	size_t comparisons; /* of names with constraints, in the whole search */
};

/* Checks the names of all of chain against the issuer's name constraints. False with a fault. */
bool path_check_names(const struct cert *issuer, struct path_chain *chain,
		      struct path_fault *fault);

/* Checks the signature of the last of chain with the issuer's key, and those that waited for DSA
 * parameters which this key brings. As cert_verify; RC_OK when it must wait for the next issuer. */
NODISCARD enum rc path_verify(const struct path_chain *chain, const struct cert *issuer);

/* True for a DSA key whose parameters are those of its issuer's key (RFC 3279 section 2.3.2). */
bool path_lacks_parameters(struct span spki);

#endif
