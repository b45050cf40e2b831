/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Certificates of a file, without keys. */

#include "base/env.h"
#include "base/text.h"
#include "op/take.h"
#include "pki/cert.h"
#include "pki/dn.h"
#include "pki/path.h"

enum { WEAK_TEXT_MAX = 200 };

/* What is odd about a certificate that is taken all the same. */
static void
tell_about(struct warnings *w, struct span label, struct span der)
{
	char text[WEAK_TEXT_MAX];
	char when[TEXT_TIME_MAX];
	const char *weak;
	struct cert cert;

	if (cert_parse(&cert, der, NULL))
		return;
	if (cert.not_after < env_now())
		warnings_add(w, "expired", "'%s' expired on %s", ESC_SPAN(label),
			     text_time(when, cert.not_after));
	weak = cert_weak(&cert, text, sizeof(text));
	if (weak)
		warnings_add(w, "weak", "'%s' is weak: %s", ESC_SPAN(label), weak);
}

static enum rc
label_for(struct buf *label, struct op_call *c, const struct item *item, const char *as)
{
	if (as)
		buf_put_text(label, as);
	else if (item->label.span.size && !label_check(item->label.span, NULL))
		buf_put(label, item->label.span);
	else
		return kdb_free_label(label, c->db, item->der.span);
	return buf_rc(label);
}

static enum rc
put_cert(struct op_call *c, const struct item *item, const struct take_options *options,
	 const char *as, struct err *err)
{
	struct buf label = BUF_INIT;
	struct entry *e = NULL;
	enum rc rc = RC_OK;

	/* Neither keep nor replace minds what is there already, unless it is to be called
	 * otherwise.
	 */
	if (kdb_find_cert(c->db, item->der.span) &&
	    (options->if_exists == IF_EXISTS_KEEP ||
	     (options->if_exists == IF_EXISTS_REPLACE && !as)))
		return RC_OK;
	rc = label_for(&label, c, item, as);
	if (!rc)
		rc = entry_make(&e, buf_span(&label), item->der.span, NULL);
	if (rc)
		goto out;
	if (options->untrusted || !item->trusted)
		e->flags &= ~(unsigned)ENTRY_TRUSTED;
	rc = take_hint_keep(err, entry_put(c->db, e, options->if_exists, err),
			    kdb_find_cert(c->db, item->der.span) != NULL);
	if (!rc)
		tell_about(&c->result->warnings, buf_span(&label), item->der.span);
out:
	entry_unref(&e);
	buf_release(&label);
	return err_default(err, rc);
}

/* Nothing is passed over in silence. */
static void
tell_skipped(struct warnings *w, const struct intake *in, const char *path)
{
	for (size_t i = 0; i < in->count; i++) {
		if (in->items[i].kind != ITEM_CERT)
			warnings_add(w, "skipped", "'%s' also holds a %s, which was not taken",
				     ESC(path), item_kind_name(in->items[i].kind));
	}
}

/* True when a certificate of in other than item i was issued by it, as far as names tell. */
static bool
has_issued(const struct intake *in, size_t i)
{
	struct cert issuer;
	struct cert cert;

	if (cert_parse(&issuer, in->items[i].der.span, NULL))
		return false;
	for (size_t k = 0; k < in->count; k++) {
		if (k != i && in->items[k].kind == ITEM_CERT &&
		    !cert_parse(&cert, in->items[k].der.span, NULL) &&
		    dn_equal(cert.issuer, issuer.subject))
			return true;
	}
	return false;
}

/* Which one --as names: the only certificate, or that of a chain which the others lead up from. */
static enum rc
find_named(const struct intake *in, size_t certs, const char *path, size_t *named, struct err *err)
{
	size_t leaves = 0;

	for (size_t i = 0; certs <= PATH_MAX_LENGTH && i < in->count; i++) {
		if (in->items[i].kind != ITEM_CERT || (certs > 1 && has_issued(in, i)))
			continue;
		*named = i;
		leaves++;
	}
	if (leaves == 1)
		return RC_OK;
	(void)err_set(err, RC_USAGE,
		      "--as gives one label, '%s' holds %zu certificates that are no chain",
		      ESC(path), certs);
	return err_hint(err, "without it each gets a label of its own, which cert rename changes");
}

enum rc
take_certs(struct op_call *c, struct intake *in, const char *path,
	   const struct take_options *options, struct err *err)
{
	size_t named = in->count;
	size_t certs = 0;
	enum rc rc = RC_OK;

	for (size_t i = 0; i < in->count; i++)
		certs += in->items[i].kind == ITEM_CERT;
	if (!certs)
		return err_set(err, RC_NOT_FOUND, "'%s' holds no certificate", ESC(path));
	if (options->as)
		rc = find_named(in, certs, path, &named, err);
	if (!rc && options->as)
		rc = label_check(span_text(options->as), err);
	for (size_t i = 0; !rc && i < in->count; i++) {
		if (in->items[i].kind == ITEM_CERT)
			rc = put_cert(c, &in->items[i], options, i == named ? options->as : NULL,
				      err);
	}
	if (!rc)
		tell_skipped(&c->result->warnings, in, path);
	return rc;
}
