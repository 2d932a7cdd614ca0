/** Texts that have broken somebody's connector. All must arrive as they left. */
export const awkwardTexts: readonly { text: string; why: string }[] = [
  { text: "O'Hara & Söhne", why: 'quote, ampersand, umlaut' },
  { text: 'Zoë "Z" <b>Ångström</b>', why: 'double quotes and markup' },
  { text: '株式会社テスト', why: 'no letter of ours' },
  { text: 'שלום עולם', why: 'from right to left' },
  { text: '👩🏽‍💻 Ann', why: 'several code points that look like one' },
  { text: 'e\u0301clair', why: 'a letter made of two' },
  { text: '100% a+b=c; #1 / 2 \\ 3 ? &amp;', why: 'signs with a meaning in addresses and markup' },
  // biome-ignore lint/suspicious/noTemplateCurlyInString: the text is what a template language would replace
  { text: '{{template}} ${x} %1 $1', why: 'what templates replace' },
  { text: 'Robert"); DROP TABLE x;--', why: 'what databases might run' },
  { text: '=1+1', why: 'what spreadsheets might run' },
  { text: '007', why: 'digits with zeros in front' },
  { text: '1e3', why: 'what looks like a number' },
  { text: 'null', why: 'a name some people have' },
  { text: 'true', why: 'a word and no value' },
];
