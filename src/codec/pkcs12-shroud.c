/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The salt and count under which the keys of a file are shrouded. */
#include "codec/pkcs12-parts.h"
#include "pki/der.h"

/* Salt and count of a key that is shrouded as we do it. */
static enum rc
key_params(struct span key, unsigned char *salt, uint64_t *iterations)
{
	struct span in;
	struct tlv alg;
	enum rc rc;

	rc = der_only(key, DER_SEQUENCE, &in);
	if (!rc)
		rc = der_next(&in, &alg);
	return rc ? rc : pbe_our_params(alg.whole, salt, iterations);
}

static enum rc
first_params(const struct kdb *db, unsigned char *salt, uint64_t *iterations)
{
	size_t i;

	for (i = 0; i < db->count; i++) {
		if (db->entries[i]->key.span.size &&
		    !key_params(db->entries[i]->key.span, salt, iterations))
			return RC_OK;
	}
	for (i = 0; i < db->request_count; i++) {
		if (db->requests[i]->key.span.size &&
		    !key_params(db->requests[i]->key.span, salt, iterations))
			return RC_OK;
	}
	return RC_NOT_FOUND;
}

enum rc
p12_set_shroud(struct p12_loader *l)
{
	uint64_t least = l->db.foreign ? P12_FOREIGN_ITERATIONS : 1;
	unsigned char salt[PBE_SALT_SIZE];
	uint64_t iterations = 0;

	if (!l->pw)
		return RC_OK;
	if (!first_params(&l->db, salt, &iterations) && iterations >= least)
		return pw_set_shroud(l->pw, salt, iterations);
	iterations = l->db.iterations > least ? l->db.iterations : least;
	/* One that was made up for this file before may be derived already. */
	if (pw_iterations(l->pw) == iterations)
		return RC_OK;
	return pw_set_shroud(l->pw, NULL, iterations);
}

/* The first bag of our own layout is a key, if there is any. */
static bool
begins_with_key(struct span bags, struct span *key)
{
	struct p12_attrs attrs;
	struct p12_bag bag;
	struct span in;
	struct tlv tlv;

	if (der_only(bags, DER_SEQUENCE, &in) || der_next(&in, &tlv) ||
	    p12_bag_read(&bag, &attrs, tlv.whole))
		return false;
	*key = bag.value;
	return oid_is(bag.id, OID_BAG_SHROUDED);
}

void
p12_begin_key(struct p12_loader *l, struct span bags, uint64_t iterations)
{
	unsigned char salt[PBE_SALT_SIZE];
	struct span key;

	if (!pw_expects_keys(l->pw))
		return;
	if (begins_with_key(bags, &key)) {
		if (!key_params(key, salt, &iterations))
			pbe_begin_shroud(l->pw, salt, iterations);
	} else if (!pw_set_shroud(l->pw, NULL, iterations)) {
		pbe_begin_shroud(l->pw, NULL, iterations);
	}
}
