/* SPDX-License-Identifier: GPL-3.0-or-later */
/* -secretkey: symmetric keys. GSKit counts their bytes where words count bits. */
#include "base/text.h"
#include "codec/pem.h"
#include "op/facts.h"
#include "op/ops.h"
#include "ui/gskit-parts.h"

#include <string.h>

enum { BYTE_BITS = 8, SECRET_BYTES_MAX = 512 };

enum rc
gskit_secret_create(struct gskit *g, struct err *err)
{
	const char *value = g->values[GSKIT_SIZE];
	struct buf text = BUF_INIT;
	const char *bits;
	uint64_t bytes = 0;
	enum rc rc;

	if (text_number(&bytes, value, SECRET_BYTES_MAX) || !bytes) {
		(void)err_set(err, RC_USAGE, "-size takes 1 to %d bytes, not '%s'",
			      SECRET_BYTES_MAX, ESC(value));
		return gskit_refuse(g, GSKIT_BAD_SIZE, RC_USAGE, err);
	}
	buf_printf(&text, "%u", (unsigned)bytes * BYTE_BITS);
	rc = gskit_keep(g, &bits, &text, err);
	return rc ? rc : args_set(&g->args, P_SIZE, bits, err);
}

/* --- -extract --- */

/* The key as text: Base64 between lines that say what it is. */
static enum rc
export_text(struct op_call *call, struct err *err)
{
	enum rc rc = op_secret_export.run(call, err);
	struct secret *text = NULL;
	struct output *output;

	if (rc)
		return rc;
	output = &call->result->outputs[call->result->output_count - 1];
	rc = pem_secret(&text, "SECRET KEY", secret_span(output->secret));
	if (rc)
		return err_default(err, rc);
	secret_free(&output->secret);
	output->secret = text;
	return RC_OK;
}

enum rc
gskit_secret_extract(struct gskit *g, struct err *err)
{
	const char *format = g->values[GSKIT_FORMAT];

	(void)err;
	if (format && text_equal_ascii(format, "binary"))
		return RC_OK;
	g->own_op = *g->op;
	g->own_op.run = export_text;
	g->op = &g->own_op;
	return RC_OK;
}

/* --- One that is here --- */

static enum rc
not_secret(struct gskit *g, struct err *err)
{
	(void)err_set(err, RC_NO_LABEL, "'%s' is no secret key", ESC(g->values[GSKIT_LABEL]));
	return gskit_refuse(g, GSKIT_NO_LABEL, RC_NO_LABEL, err);
}

/* Labels of certificates are those of others. */
static enum rc
check_secret(struct gskit *g, struct err *err)
{
	enum entry_kind kind;
	enum rc rc = gskit_kind_of(g, g->values[GSKIT_LABEL], &kind, err);

	return rc || kind == ENTRY_SECRET ? rc : not_secret(g, err);
}

enum rc
gskit_secret_delete(struct gskit *g, struct err *err)
{
	enum rc rc = gskit_say_yes(g, err);

	return rc ? rc : check_secret(g, err);
}

enum rc
gskit_secret_rename(struct gskit *g, struct err *err)
{
	return check_secret(g, err);
}

enum rc
gskit_secret_list(struct gskit *g, struct err *err)
{
	return args_set(&g->args, P_KIND, "secret", err);
}

enum rc
gskit_tell_secret(struct gskit *g, const struct result *r, struct err *err)
{
	struct out *out = g->v->out;
	const struct row *row = &r->rows[0];

	if (row->entry->kind != ENTRY_SECRET)
		return not_secret(g, err);
	out_text(out, "Label : ");
	out_escaped(out, entry_label(row->entry));
	out_text(out, "\n");
	if (row->bits)
		out_printf(out, "Key Size : %u\n", row->bits);
	return RC_OK;
}
