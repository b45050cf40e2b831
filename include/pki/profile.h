/* What the profiles of pki/issue.h stand for. */
#ifndef PKI_PROFILE_H
#define PKI_PROFILE_H

#include "pki/issue.h"

enum { PROFILE_EKUS = 2 };

/* The rules of a profile. */
struct profile_rules {
	const char *name;
	unsigned key_usage;          /* KU_* */
	bool enciphers;              /* keyEncipherment too, with RSA */
	enum oid ekus[PROFILE_EKUS]; /* OID_NONE where there are fewer */
};

/* The rules; static. */
const struct profile_rules *profile_rules(enum profile profile);

/* The key usage of a profile for a key of this kind. */
unsigned profile_key_usage(enum profile profile, bool is_rsa);

#endif
