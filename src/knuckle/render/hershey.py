"""Text of straight strokes, as OpenCV writes it: Hershey's plain letters.

Convention: units of the font, x to the right, y down, the baseline at 9 and capitals from -12.

The shapes are Roman simplex of A. V. Hershey, "Calligraphy for Computers" (1967). Anyone may use
them for any purpose; NOTICE has the acknowledgement that they ask for.
"""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

BASELINE = 9
ASCENT = 21  # from the baseline to the top of a capital
UNKNOWN = "?"  # stands for what is not ASCII


class Glyph(NamedTuple):
    """A character of the font.

    left, right: where it begins, and where the next one does.
    strokes: polylines of (x, y).
    """

    left: int
    right: int
    strokes: tuple[tuple[tuple[int, int], ...], ...]


@cache
def glyph(character: str) -> Glyph:
    """The shape of a character; that of a question mark if the font lacks it."""
    (edges,), *strokes = map(_points, _GLYPHS.get(character, _GLYPHS[UNKNOWN]).split(" "))
    return Glyph(*edges, tuple(strokes))


def _points(letters: str) -> tuple[tuple[int, int], ...]:
    """Two letters for each point, by their distance from R."""
    values = [ord(letter) - ord("R") for letter in letters]
    return tuple(zip(values[::2], values[1::2], strict=True))


def advance(text: str) -> int:
    """The width of a line of text."""
    return sum(glyph(character).right - glyph(character).left for character in text)


# The left and right edge, then the strokes.
_GLYPHS = {
    " ": "JZ",
    "!": "MW RFRT RYQZR[SZRY",
    '"': "JZ NFNM VFVM",
    "#": "H^ SBLb YBRb LOZO KUYU",
    "$": "H\\ PBP_ TBT_ YIWGTFPFMGKIKKLMMNOOUQWRXSYUYXWZT[P[MZKX",
    "%": "F^ [FI[ NFPHPJOLMMKMIKIIJGLFNFPGSHVHYG[F WTUUTWTYV[X[ZZ[X[VYTWT",
    "&": "E_ \\O\\N[MZMYNXPVUTXRZP[L[JZIYHWHUISJRQNRMSKSIRGPFNGMIMKNNPQUXWZY[[[\\Z\\Y",
    "'": "NV RHQGRFSGSIRKQL",
    "(": "KY VBTDRGPKOPOTPYR]T`Vb",
    ")": "KY NBPDRGTKUPUTTYR]P`Nb",
    "*": "JZ RLRX MOWU WOMU",
    "+": "E_ RIR[ IR[R",
    ",": "MW SZR[QZRYSZS\\R^Q_",
    "-": "E_ IR[R",
    ".": "MW RYQZR[SZRY",
    "/": "G] [BIb",
    "0": "H\\ QFNGLJKOKRLWNZQ[S[VZXWYRYOXJVGSFQF",
    "1": "H\\ NJPISFS[",
    "2": "H\\ LKLJMHNGPFTFVGWHXJXLWNUQK[Y[",
    "3": "H\\ MFXFRNUNWOXPYSYUXXVZS[P[MZLYKW",
    "4": "H\\ UFKTZT UFU[",
    "5": "H\\ WFMFLOMNPMSMVNXPYSYUXXVZS[P[MZLYKW",
    "6": "H\\ XIWGTFRFOGMJLOLTMXOZR[S[VZXXYUYTXQVOSNRNOOMQLT",
    "7": "H\\ YFO[ KFYF",
    "8": "H\\ PFMGLILKMMONSOVPXRYTYWXYWZT[P[MZLYKWKTLRNPQOUNWMXKXIWGTFPF",
    "9": "H\\ XMWPURRSQSNRLPKMKLLINGQFRFUGWIXMXRWWUZR[P[MZLX",
    ":": "MW RMQNROSNRM RYQZR[SZRY",
    ";": "MW RMQNROSNRM SZR[QZRYSZS\\R^Q_",
    "<": "F^ ZIJRZ[",
    "=": "E_ IO[O IU[U",
    ">": "F^ JIZRJ[",
    "?": "I[ LKLJMHNGPFTFVGWHXJXLWNVORQRT RYQZR[SZRY",
    "@": (
        "Da WNVLTKQKOLNMMPMSNUPVSVUUVS QKOMNPNSOUPV WKVSVUXVZV\\T]Q]O\\L[JYHWGTFQFNGLHJJILHOHRIUJ"
        "WLYNZQ[T[WZYYZX XKWSWUXV"
    ),
    "A": "I[ RFJ[ RFZ[ MTWT",
    "B": "G\\ KFK[ KFTFWGXHYJYLXNWOTP KPTPWQXRYTYWXYWZT[K[",
    "C": "H] ZKYIWGUFQFOGMILKKNKSLVMXOZQ[U[WZYXZV",
    "D": "G\\ KFK[ KFRFUGWIXKYNYSXVWXUZR[K[",
    "E": "H[ LFL[ LFYF LPTP L[Y[",
    "F": "HZ LFL[ LFYF LPTP",
    "G": "H] ZKYIWGUFQFOGMILKKNKSLVMXOZQ[U[WZYXZVZS USZS",
    "H": "G] KFK[ YFY[ KPYP",
    "I": "NV RFR[",
    "J": "JZ VFVVUYTZR[P[NZMYLVLT",
    "K": "G\\ KFK[ YFKT POY[",
    "L": "HY LFL[ L[X[",
    "M": "F^ JFJ[ JFR[ ZFR[ ZFZ[",
    "N": "G] KFK[ KFY[ YFY[",
    "O": "G] PFNGLIKKJNJSKVLXNZP[T[VZXXYVZSZNYKXIVGTFPF",
    "P": "G\\ KFK[ KFTFWGXHYJYMXOWPTQKQ",
    "Q": "G] PFNGLIKKJNJSKVLXNZP[T[VZXXYVZSZNYKXIVGTFPF SWY]",
    "R": "G\\ KFK[ KFTFWGXHYJYLXNWOTPKP RPY[",
    "S": "H\\ YIWGTFPFMGKIKKLMMNOOUQWRXSYUYXWZT[P[MZKX",
    "T": "JZ RFR[ KFYF",
    "U": "G] KFKULXNZQ[S[VZXXYUYF",
    "V": "I[ JFR[ ZFR[",
    "W": "F^ HFM[ RFM[ RFW[ \\FW[",
    "X": "H\\ KFY[ YFK[",
    "Y": "I[ JFRPR[ ZFRP",
    "Z": "H\\ YFK[ KFYF K[Y[",
    "[": "KY OBOb PBPb OBVB ObVb",
    "\\": "G] KFY^",
    "]": "KY TBTb UBUb NBUB NbUb",
    "^": "G] JTROZT JTRPZT",
    "_": "I[ Ib[b",
    "`": "LX PFUL PFOGUL",
    "a": "I\\ XMX[ XPVNTMQMONMPLSLUMXOZQ[T[VZXX",
    "b": "H[ LFL[ LPNNPMSMUNWPXSXUWXUZS[P[NZLX",
    "c": "I[ XPVNTMQMONMPLSLUMXOZQ[T[VZXX",
    "d": "I\\ XFX[ XPVNTMQMONMPLSLUMXOZQ[T[VZXX",
    "e": "I[ LSXSXQWOVNTMQMONMPLSLUMXOZQ[T[VZXX",
    "f": "MY WFUFSGRJR[ OMVM",
    "g": "I\\ XMX]W`VaTbQbOa XPVNTMQMONMPLSLUMXOZQ[T[VZXX",
    "h": "I\\ MFM[ MQPNRMUMWNXQX[",
    "i": "NV QFRGSFREQF RMR[",
    "j": "MW RFSGTFSERF SMS^RaPbNb",
    "k": "IZ MFM[ WMMW QSX[",
    "l": "NV RFR[",
    "m": "Ca GMG[ GQJNLMOMQNRQR[ RQUNWMZM\\N]Q][",
    "n": "I\\ MMM[ MQPNRMUMWNXQX[",
    "o": "I\\ QMONMPLSLUMXOZQ[T[VZXXYUYSXPVNTMQM",
    "p": "H[ LMLb LPNNPMSMUNWPXSXUWXUZS[P[NZLX",
    "q": "I\\ XMXb XPVNTMQMONMPLSLUMXOZQ[T[VZXX",
    "r": "KX OMO[ OSPPRNTMWM",
    "s": "J[ XPWNTMQMNNMPNRPSUTWUXWXXWZT[Q[NZMX",
    "t": "MY RFRWSZU[W[ OMVM",
    "u": "I\\ MMMWNZP[S[UZXW XMX[",
    "v": "JZ LMR[ XMR[",
    "w": "G] JMN[ RMN[ RMV[ ZMV[",
    "x": "J[ MMX[ XMM[",
    "y": "JZ LMR[ XMR[P_NaLbKb",
    "z": "J[ XMM[ MMXM M[X[",
    "{": "KY TBRCQDPFPHQJRKSMSOQQ RCQEQGRISJTLTNSPORSTTVTXSZR[Q]Q_Ra QSSUSWRYQZP\\P^Q`RaTb",
    "|": "NV RBRb",
    "}": "KY PBRCSDTFTHSJRKQMQOSQ RCSESGRIQJPLPNQPURQTPVPXQZR[S]S_Ra SSQUQWRYSZT\\T^S`RaPb",
    "~": "F^ IUISJPLONOPPTSVTXTZS[Q ISJQLPNPPQTTVUXUZT[Q[O",
}
