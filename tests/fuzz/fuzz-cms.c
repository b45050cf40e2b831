/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Any bytes as a CMS file, keys or requests: as it is, and with checks that match, since nothing
 * that was changed gets past them. */
#include "codec/cms-parts.h"
#include "share.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Puts both checks over bytes, where they are a CMS file. */
static void
seal(struct buf *bytes, struct span pass)
{
	struct cms_seal sum = { .pass = pass };
	unsigned char *checks;
	struct cms_file f;
	size_t size;
	enum rc rc;

	if (cms_file_read(&f, buf_span(bytes), NULL))
		return;
	size = cms_check_size(f.version);
	checks = bytes->data + CMS_HEAD_SIZE;
	if (cms_check_head(checks, f.version, f.head, pass))
		abort();
	rc = cms_seal_start(&sum, f.version, f.slot_size, f.head, f.check1);
	if (!rc)
		rc = cms_seal_slots(&sum, f.slots);
	cms_seal_end(&sum, checks + size);
	if (rc)
		abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct share_codec how = { &codec_cms, 10000, false };
	struct span parts[CODEC_PARTS] = { SPAN_NONE, SPAN_NONE };
	struct buf sealed = BUF_INIT;

	buf_put(&sealed, SPAN_OF(data, size));
	seal(&sealed, span_text("secret"));
	for (size_t i = 0; i < CODEC_PARTS; i++) {
		parts[1 - i] = SPAN_NONE;
		parts[i] = SPAN_OF(data, size);
		share_round_trip(&how, parts, false);
		share_round_trip(&how, parts, true);
		parts[i] = buf_span(&sealed);
		share_round_trip(&how, parts, true);
	}
	buf_release(&sealed);
	return 0;
}
