/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A FIPS database takes nothing new that FIPS 140-3 does not approve. What is made here is; what is
 * brought along may not be. */
#include "base/text.h"
#include "op/input.h"
#include "op/runner.h"
#include "pki/cert.h"
#include "pki/csr.h"
#include "pki/key.h"

#include <string.h>

enum { WEAK_TEXT_MAX = 200 };

/* FIPS 186-5: RSA, the curves P-224 to P-521, Ed25519 and Ed448; no DSA any more. */
static bool
is_approved(const char *key)
{
	static const char *const names[] = { "rsa:",    "ec:p224", "ec:p256", "ec:p384",
					     "ec:p521", "ed25519", "ed448" };

	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		size_t size = strlen(names[i]);

		if (strncmp(key, names[i], size) == 0 && (!key[size] || names[i][size - 1] == ':'))
			return true;
	}
	return false;
}

static enum rc
check_key(struct span label, struct span spki, const char *where, struct err *err)
{
	char name[KEY_NAME_MAX];
	char weak[WEAK_TEXT_MAX];
	const char *why = key_weak(spki, weak, sizeof(weak));

	if (!why && is_approved(key_name(name, spki)))
		return RC_OK;
	(void)err_set(err, RC_NOT_APPROVED, "'%s' is not for %s: %s", ESC_SPAN(label), where,
		      why ? why : "keys of its kind are not approved");
	return err_hint(err, "keep it in a database without --fips");
}

static enum rc
check_item(const struct diff_item *item, const char *where, struct err *err)
{
	char weak[WEAK_TEXT_MAX];
	struct cert cert;
	struct csr csr;
	const char *why;

	if (item->request) {
		if (!item->request->csr.span.size || csr_parse(&csr, item->request->csr.span, NULL))
			return RC_OK;
		return check_key(item->request->label.span, csr.spki, where, err);
	}
	if (item->entry->kind == ENTRY_SECRET || cert_parse(&cert, item->entry->cert.span, NULL))
		return RC_OK;
	why = cert_weak(&cert, weak, sizeof(weak));
	if (why)
		return err_set(err, RC_NOT_APPROVED, "'%s' is not for %s: %s",
			       ESC_SPAN(entry_label(item->entry)), where, why);
	return check_key(entry_label(item->entry), cert.spki, where, err);
}

enum rc
run_check_fips(const struct run *run, struct err *err)
{
	const char *where = run->work.fips ? "a FIPS database" : "FIPS mode";
	const struct kdb_diff *diff = &run->result->diff;
	enum rc rc = RC_OK;

	if (!run->work.fips && !run->session->fips)
		return RC_OK;
	for (size_t i = 0; !rc && i < diff->added.count; i++)
		rc = check_item(&diff->added.items[i], where, err);
	for (size_t i = 0; !rc && i < diff->replaced.count; i++)
		rc = check_item(&diff->replaced.items[i], where, err);
	return rc;
}

/* --- What is there already --- */

static enum rc
check_shroud(struct span epki, struct span label, const char *path, struct err *err)
{
	if (!epki.size || pbe_is_approved(epki))
		return RC_OK;
	return err_set(err, RC_NOT_APPROVED,
		       "'%s': the key of '%s' is encrypted in a way that FIPS 140-3 does not "
		       "approve",
		       ESC(path), ESC_SPAN(label));
}

enum rc
input_check_fips(const struct kdb *db, const char *path, struct err *err)
{
	enum rc rc = RC_OK;

	if (db->shroud == PBE_FORM_MD5_DES || db->shroud == PBE_FORM_SHA1_3DES) {
		return err_set(err, RC_NOT_APPROVED,
			       "'%s' is a CMS database of version %u, which is built on what "
			       "FIPS 140-3 does not approve",
			       ESC(path), db->version);
	}
	for (size_t i = 0; !rc && i < db->count; i++)
		rc = check_shroud(db->entries[i]->key.span, entry_label(db->entries[i]), path, err);
	for (size_t i = 0; !rc && i < db->request_count; i++)
		rc =
		    check_shroud(db->requests[i]->key.span, db->requests[i]->label.span, path, err);
	return rc;
}

enum rc
run_check_opened(const struct run *run, struct err *err)
{
	enum rc rc = RC_OK;

	if (run->source.codec)
		rc = input_check_fips(&run->source.db, run->source_path, err);
	if (!rc && run->path && run->session->store.codec)
		rc = input_check_fips(&run->session->store.db, run->path, err);
	return rc;
}
