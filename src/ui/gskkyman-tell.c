/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What gskkyman's flags print. */
#include "base/text.h"
#include "pki/dn.h"
#include "ui/gskkyman.h"
#include "ui/info.h"

#include <stdlib.h>

void
gsk_warn(const struct gsk *g, const char *text)
{
	out_printf(g->v->notes, "warning: %s\n", text);
}

/* --- Certificates --- */

static void
put_whole(struct out *out, const struct info *info)
{
	size_t count = info_extension_count(info);

	info_put_certificate(out, info, false);
	info_put_extensions(out, info);
	for (size_t i = 0; i < count; i++) {
		out_printf(out, "\nExtension %zu:\n", i + 1);
		info_put_extension(out, info, i);
	}
}

static enum rc
tell(struct gsk *g, const struct result *r, bool whole, struct err *err)
{
	size_t count = 0;

	for (size_t i = 0; i < r->row_count; i++) {
		const struct info info = { &r->rows[i], r->db };

		if (!info.row->entry || !info.row->entry->cert.span.size)
			continue;
		count++;
		if (whole)
			put_whole(g->v->out, &info);
		else
			info_put_certificate(g->v->out, &info, true);
	}
	if (!count && g->values[GSK_LABEL])
		return err_set(err, RC_NOT_FOUND, "'%s' has no certificate",
			       ESC(g->values[GSK_LABEL]));
	if (!count)
		out_text(g->v->out, "The database holds no certificates.\n");
	return RC_OK;
}

enum rc
gsk_tell_certificates(struct gsk *g, const struct result *r, struct err *err)
{
	return tell(g, r, false, err);
}

enum rc
gsk_tell_certificates_whole(struct gsk *g, const struct result *r, struct err *err)
{
	return tell(g, r, true, err);
}

/* --- The database --- */

static void
put_count(struct out *out, const char *name, size_t count)
{
	info_put_head(out, name);
	out_printf(out, "%zu\n", count);
}

enum rc
gsk_tell_database(struct gsk *g, const struct result *r, struct err *err)
{
	struct out *out = g->v->out;
	const struct kdb *db = r->db;

	(void)err;
	out_text(out, "\n");
	info_put_head(out, "Database");
	info_put_path(out, r->database);
	out_text(out, "\n");
	info_put_expiration(out, db);
	info_put_head(out, "Record length");
	if (db->record_length)
		out_printf(out, "%llu\n", (unsigned long long)db->record_length);
	else
		out_text(out, "None\n");
	info_put_type(out, db);
	put_count(out, "Keys and certificates", kdb_count(db, ENTRY_KEY));
	put_count(out, "Certificates", kdb_count(db, ENTRY_CERT));
	put_count(out, "Certificate requests", db->request_count);
	put_count(out, "Secret keys", kdb_count(db, ENTRY_SECRET));
	return RC_OK;
}

/* --- What was done --- */

enum rc
gsk_tell_exported(struct gsk *g, const struct result *r, struct err *err)
{
	(void)r;
	(void)err;
	out_text(g->v->out, "Certificate and key exported.\n");
	return RC_OK;
}

enum rc
gsk_tell_imported(struct gsk *g, const struct result *r, struct err *err)
{
	(void)r;
	(void)err;
	out_text(g->v->out, "Certificate and key imported.\n");
	return RC_OK;
}

enum rc
gsk_tell_signed(struct gsk *g, const struct result *r, struct err *err)
{
	struct buf subject = BUF_INIT;
	struct cert cert;

	(void)err;
	if (!cert_parse(&cert, buf_span(&r->issued), NULL)) {
		dn_put(&subject, cert.subject);
		out_printf(g->v->out, "Certificate created for %s.\n", buf_text(&subject));
	}
	buf_release(&subject);
	return RC_OK;
}

enum rc
gsk_tell_stashed(struct gsk *g, const struct result *r, struct err *err)
{
	char *path = store_stash_path(g->values[GSK_DATABASE]);

	(void)r;
	if (!path)
		return err_default(err, RC_NO_MEMORY);
	out_text(g->v->out, "Database password stored in ");
	info_put_path(g->v->out, path);
	out_text(g->v->out, ".\n");
	free(path);
	return RC_OK;
}

/* --- Usage --- */

void
gsk_put_usage(struct out *out)
{
	out_text(
	    out,
	    "usage: gskkyman                                    the menus\n"
	    "       gskkyman -dc|-dcv [-k FILE] [-l LABEL]      show certificates; -dcv whole\n"
	    "       gskkyman -dk [-k FILE]                      show the database\n"
	    "       gskkyman -e [-k FILE] [-l LABEL] [-p FILE]  export certificate and key\n"
	    "       gskkyman -i [-k FILE] [-l LABEL] [-p FILE]  import certificate and key\n"
	    "       gskkyman -g [-k FILE] [-l CA] [-cr REQUEST] [-ct FILE] [-x DAYS]\n"
	    "                [-kt ecgen|ecdsa|ecdh] [-ca] [-ic] sign a request\n"
	    "       gskkyman -s [-k FILE]                       store the password in a stash\n"
	    "       gskkyman -h|-?                              this\n"
	    "\n"
	    "  -k FILE   the key database\n"
	    "  -l LABEL  of the certificate; with -g: of the signing CA\n"
	    "  -p FILE   the PKCS#12 file\n"
	    "  -cr FILE  the certificate request\n"
	    "  -ct FILE  gets the signed certificate, in Base64\n"
	    "  -x DAYS   how long it is valid, 1 to 9999 (365)\n"
	    "  -ca       it is a CA certificate\n"
	    "  -ic       its issuers too: -ct is PKCS#7 in Base64\n"
	    "  -kt TYPE  what an EC key is for: ecgen all (so without it), ecdsa signatures,\n"
	    "            ecdh key agreement\n"
	    "\n"
	    "What is missing is asked for, and passwords always: on the terminal, or read as\n"
	    "lines from standard input. See kyman-gskkyman(1).\n");
}
