/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Signatures on a path. DSA keys may leave their parameters to their issuer's key; then a signature
 * can be checked only once the path has come so far, and with the parameters of just that path:
 * whoever could choose others could choose a key. */
#include "pki/der.h"
#include "pki/path-parts.h"

/* Takes an SPKI apart; false when it is no DSA key. *parameters is what follows the OID. */
static bool
open_dsa(struct span spki, struct span *algorithm, struct span *parameters, struct span *key)
{
	struct span seq;
	struct span oid;
	struct tlv tlv;

	if (der_only(spki, DER_SEQUENCE, &seq) || der_next(&seq, &tlv) || tlv.tag != DER_SEQUENCE)
		return false;
	*algorithm = tlv.whole;
	*parameters = tlv.value;
	*key = seq;
	return !der_take(parameters, DER_OID, &oid) && oid_is(oid, OID_DSA);
}

bool
path_lacks_parameters(struct span spki)
{
	struct span algorithm;
	struct span parameters;
	struct span key;

	if (!open_dsa(spki, &algorithm, &parameters, &key))
		return false;
	return !parameters.size || der_peek(parameters) == DER_NULL;
}

/* Checks c's signature with the key of bare under the parameters of full. */
static enum rc
verify_inherited(const struct cert *c, struct span bare, struct span full)
{
	struct span full_algorithm;
	struct span bare_algorithm;
	struct span parameters;
	struct span key;
	struct buf spki = BUF_INIT;
	enum rc rc;

	if (!open_dsa(full, &full_algorithm, &parameters, &key) ||
	    !open_dsa(bare, &bare_algorithm, &parameters, &key))
		return RC_INVALID;
	buf_put(&spki, full_algorithm);
	buf_put(&spki, key);
	der_wrap(&spki, 0, DER_SEQUENCE);
	rc = buf_rc(&spki);
	if (!rc)
		rc = cert_verify(c, buf_span(&spki));
	buf_release(&spki);
	return rc;
}

enum rc
path_verify(const struct path_chain *chain, const struct cert *issuer)
{
	size_t i = chain->count - 1;
	enum rc rc;

	if (path_lacks_parameters(issuer->spki))
		return RC_OK;
	rc = cert_verify(chain->cert[i], issuer->spki);
	for (; !rc && i > 0 && path_lacks_parameters(chain->cert[i]->spki); i--)
		rc = verify_inherited(chain->cert[i - 1], chain->cert[i]->spki, issuer->spki);
	return rc;
}
