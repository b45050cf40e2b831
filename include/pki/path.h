/* Certification paths (RFC 5280 section 6.1, without policies) and host names (RFC 9525). Our own:
 * the library's accepts what it should not. */
#ifndef PKI_PATH_H
#define PKI_PATH_H

#include "pki/cert.h"

enum purpose { PURPOSE_ANY, PURPOSE_SERVER, PURPOSE_CLIENT };

enum { PATH_MAX_LENGTH = 32, PATH_WORK_MAX = 2000 };

/* A certificate that may be used. It may build a path and end one when it is trusted; helpers
 * (usable, not trusted) may only stand in the middle. One that is switched off is not usable, but
 * it is there: what it issued ends no path. */
struct path_member {
	struct cert cert;
	bool trusted;     /* may end a path */
	bool usable;      /* may stand in a path */
	bool issuer_here; /* its issuer is there, no mere helper; filled by path_set_prepare */
};

/* What is there to build with. members is the caller's; path_set_prepare indexes it by subject. */
struct path_set {
	struct path_member *members;
	size_t count;
	struct path_key *by_subject; /* private */
};

/* Indexes members, sorted by subject; needed before path_find and path_issuer. RC_NO_MEMORY.
 * Released with path_set_release. */
NODISCARD enum rc path_set_prepare(struct path_set *set);

/* Releases the index, not the members. */
void path_set_release(struct path_set *set);

struct path_query {
	int64_t at; /* the time */
	enum purpose purpose;
	const char *host; /* as name_host makes it; NULL: not checked */
};

enum { PATH_REASON_MAX = 300 };

/* The first reason why it is not valid, of the path that went farthest; path and length are that
 * path. code is kebab-case and listed in kyman(1): "expired", "not-yet-valid", "bad-signature",
 * "no-issuer", "not-trusted", "not-a-ca", "path-too-long", "key-usage", "name-constraints",
 * "unknown-critical", "purpose", "host-mismatch", "unsupported-algorithm", "damaged",
 * "too-complex". */
struct path_result {
	bool valid;
	size_t path[PATH_MAX_LENGTH]; /* indices into members, the leaf's issuer first; never the
					 leaf itself */
	size_t length;                /* 0 for a leaf that is trusted and self-signed */
	const char *code;             /* static; NULL when valid */
	char reason[PATH_REASON_MAX]; /* one sentence, which certificate (by subject) and why */
	bool weak;                    /* an MD5 or SHA-1 signature or a weak key is on the path */
};

/* Looks for a valid path from leaf to a trusted certificate: several candidates are tried, within
 * PATH_WORK_MAX signature checks. A path ends at a trusted self-signed certificate; at another
 * trusted one only where its issuer is not in the set; at the leaf only if that is self-signed and
 * trusted. RC_OK (look at result->valid), RC_NO_MEMORY. */
NODISCARD enum rc path_find(const struct path_set *set, const struct cert *leaf,
			    const struct path_query *query, struct path_result *result);

/* The index of the member, usable or not, that issued c (subject and key identifier agree,
 * signature right), the trusted first, or -1. A certificate is not its own issuer: -1 for a
 * self-signed one. */
long path_issuer(const struct path_set *set, const struct cert *c);

#endif
