//! What text never looks like on a page, in whatever language and at whatever width: words and
//! figures that break in their middle, words of another language, figures that nobody rounded.

use crate::driver::Browser;

/// English words that are words in neither of the other languages.
const ENGLISH: &str = "the|and|of|with|from|this|that|were|has|have|been|not|yet|by|is|are|each|\
                       which|whose|they|for|until|since|too|early|invoice|period|unit|billed|\
                       coverage|altogether|included|pushed|pulled|registered|closed|state";

/// Names in the demo that are English in every language, as the parties to a contract wrote them.
const NAMES: &str = "Fully operated server and moderation";

/// What stays on one line: a word, the number of a document, a figure with its groups.
const WHOLE: &str =
    r"/\p{L}{2,}|[A-Z]{1,3}-\d[\d-]*|\d+(?:[.,\u202f]\d+)+|\d{1,3}(?:\u00a0\d{3})+(?!\d)/gu";

/// What is wrong with the text that can be seen.
///
/// Names and texts of documents stand in their own language and say so (`lang`); codes, hashes and
/// addresses are the same in every language and may break anywhere.
pub fn findings(browser: &Browser) -> Vec<String> {
    let script = SCRIPT
        .replace("WHOLE", WHOLE)
        .replace("NAMES", NAMES)
        .replace("ENGLISH", ENGLISH);
    browser.texts(&script)
}

const SCRIPT: &str = r"
    const tag = document.documentElement.lang.slice(0, 2);
    const found = new Set();
    // A browser with a dictionary would break words by it; what holds must hold without.
    document.styleSheets[0].insertRule('* { hyphens: manual !important }', 0);
    const UNSEEN = 'script, style, .vh, option, pre, code';
    // Whoever wants them exact opens them.
    const EXACT = 'details, data';
    const foreign = /(?<![\p{L}\p{N}.\/_-])(?:ENGLISH)(?![\p{L}\p{N}\/_-])/iu;
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    const range = document.createRange();
    const lines = (node, from, to) => {
        range.setStart(node, from);
        range.setEnd(node, to);
        return new Set([...range.getClientRects()].filter(one => one.width > 0)
            .map(one => Math.round(one.bottom))).size;
    };
    const told = text => text.trim().replace(/\s+/g, ' ').slice(0, 80);
    while (walker.nextNode()) {
        const node = walker.currentNode, holder = node.parentElement, text = node.data;
        if (!text.trim() || holder.closest(UNSEEN)) continue;
        // The head of a table that has turned into records is there for those who listen.
        const head = holder.closest('thead');
        if (head && getComputedStyle(head).position === 'absolute') continue;
        const seen = lines(node, 0, text.length);
        if (seen === 0) continue;
        if (seen > 1 && !holder.closest('.hash, .codes, .reader')) {
            for (const one of text.matchAll(WHOLE)) {
                // Places where a name may part are not seen.
                const chunk = (text.slice(0, one.index).match(/\S*$/)[0]
                    + text.slice(one.index).match(/^\S*/)[0]).replaceAll('\u200b', '');
                if (/[@\/_]|:\/|\p{L}\.\p{L}|^[a-z\d]+-[a-z\d-]+$/u.test(chunk)) continue;
                // The hyphen that is seen at the end of a line counts as the start of what follows.
                const soft = text[one.index - 1] === '\u00ad';
                const from = one.index + (soft ? 1 : 0);
                if (lines(node, from, one.index + one[0].length) > 1) {
                    found.add(`breaks in the middle: ${one[0]} in ${told(text)}`);
                }
            }
        }
        const long = /\d[.,]\d{6,}/.test(text) && !holder.closest(EXACT);
        if (long) found.add(`not rounded: ${told(text)}`);
        const own = holder.closest('[lang]').lang.slice(0, 2) === tag;
        if (!own) continue;
        const english = text.replace('NAMES', '').match(foreign);
        if (tag !== 'en' && english) found.add(`English: ${english[0]} in ${told(text)}`);
        if (tag === 'fr' && /[^\s\u00a0\u202f]:(\s|$)/.test(text)) {
            found.add(`no space before the colon: ${told(text)}`);
        }
    }
    return [...found];
";
