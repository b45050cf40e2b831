/* SPDX-License-Identifier: GPL-3.0-or-later */
/* db record-length: what gskkyman asks for and shows. */
#include "base/text.h"
#include "op/db-parts.h"
#include "op/ops.h"

enum rc
db_set_record_length(struct kdb *db, uint64_t length, struct err *err)
{
	if (length < DB_RECORD_MIN || length > DB_RECORD_MAX)
		return err_set(err, RC_USAGE, "a record length is %d to %d", DB_RECORD_MIN,
			       DB_RECORD_MAX);
	db->record_length = length;
	return RC_OK;
}

static enum rc
db_record_length(struct op_call *call, struct err *err)
{
	const char *text = call->args->words.items[1];
	uint64_t length;
	enum rc rc;

	if (text_number(&length, text, DB_RECORD_MAX))
		return err_set(err, RC_USAGE, "a record length is %d to %d, not '%s'",
			       DB_RECORD_MIN, DB_RECORD_MAX, ESC(text));
	rc = db_set_record_length(call->db, length, err);
	if (rc)
		return rc;
	if (!call->store || call->store->codec != &codec_cms) {
		warnings_add(
		    &call->result->warnings, "no-effect",
		    "'%s' has records of any length: the number is kept and shown, no more",
		    ESC(call->path));
	}
	return RC_OK;
}

static const enum param params[] = { P_END };

const struct op op_db_record_length = {
	.noun = "db",
	.verb = "record-length",
	.arguments = "FILE N",
	.summary = "change the record length of a CMS database",
	.detail =
	    "A record of a CMS database holds a certificate or a key with its certificate; one "
	    "that does not fit is refused with the length it needs. In a PKCS#12 database, "
	    "whose records are as long as they need to be, the number is kept and shown, "
	    "and means nothing. N is 2500 or more.",
	.min_words = 2,
	.max_words = 2,
	.flags = OP_WRITES | OP_DB_ARG | OP_NEEDS_ARG,
	.params = params,
	.run = db_record_length,
};
