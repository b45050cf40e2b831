/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "codec/cms-parts.h"

enum probe
cms_probe(struct span head)
{
	static const unsigned char magic[] = { 0x37, 0x48 };

	/* Text may begin with these two; the version behind them is no character. */
	if (!span_begins(head, SPAN_OF(magic, sizeof(magic))) || head.size <= sizeof(magic) ||
	    head.data[sizeof(magic)] >= ' ')
		return PROBE_NO;
	return PROBE_YES;
}

const struct codec codec_cms = {
	.name = "cms",
	.parts = { NULL, ".rdb" },
	.caps = CODEC_LABELS | CODEC_KEYS | CODEC_TRUST | CODEC_REQUESTS | CODEC_SEVERAL |
		CODEC_SECRETS,
	.probe = cms_probe,
	.load = cms_load,
	.save = cms_save,
};
