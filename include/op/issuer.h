/* A CA of the database that is about to sign. */
#ifndef OP_ISSUER_H
#define OP_ISSUER_H

#include "op/op.h"
#include "pki/issue.h"

struct issuer {
	const struct entry *entry; /* borrowed from the database */
	struct cert cert;          /* borrows from entry */
	struct key *key;           /* owned; loaded by issuer_open */
};

#define ISSUER_INIT           \
	{                     \
		.entry = NULL \
	}

/* True for a certificate that issued itself. A signature of a kind that cannot be checked here is
 * believed, where names and key identifiers speak for it. */
bool issuer_is_itself(const struct cert *c);

/* Finds the CA with this label and checks that it may sign certificates (CAs, when for_ca): is a
 * CA, keyCertSign, trusted, within its dates, not weak, path length. RC_NO_LABEL, RC_NOT_A_CA,
 * RC_EXPIRED, RC_POLICY, RC_WEAK, RC_NO_ISSUER_KEY with words. The key is not opened yet. */
NODISCARD enum rc issuer_find(struct issuer *is, const struct kdb *db, const char *label,
			      bool for_ca, struct err *err);

/* The same for an entry that is at hand. */
NODISCARD enum rc issuer_of_entry(struct issuer *is, const struct entry *e, bool for_ca,
				  struct err *err);

/* Opens its private key. */
NODISCARD enum rc issuer_open(struct issuer *is, struct pw *pw, struct err *err);

/* Checks what was just issued against its issuer as a relying party would: signature, name
 * constraints, path length. RC_POLICY with the reason. */
NODISCARD enum rc issuer_check(const struct issuer *is, struct span der, struct err *err);

/* Closes the key. */
void issuer_release(struct issuer *is);

#endif
