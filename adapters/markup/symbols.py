"""Map LaTeX's commands to their Unicode characters."""

from __future__ import annotations

_SUPER = (
    "0⁰ 1¹ 2² 3³ 4⁴ 5⁵ 6⁶ 7⁷ 8⁸ 9⁹ +⁺ -⁻ −⁻ =⁼ (⁽ )⁾ aᵃ bᵇ cᶜ dᵈ eᵉ fᶠ gᵍ hʰ iⁱ jʲ kᵏ lˡ mᵐ nⁿ oᵒ "
    "pᵖ rʳ sˢ tᵗ uᵘ vᵛ wʷ xˣ yʸ zᶻ Aᴬ Bᴮ Dᴰ Eᴱ Gᴳ Hᴴ Iᴵ Jᴶ Kᴷ Lᴸ Mᴹ Nᴺ Oᴼ Pᴾ Rᴿ Tᵀ Uᵁ Vⱽ Wᵂ αᵅ βᵝ "
    "γᵞ δᵟ θᶿ φᵠ χᵡ"
)
_SUB = (
    "0₀ 1₁ 2₂ 3₃ 4₄ 5₅ 6₆ 7₇ 8₈ 9₉ +₊ -₋ −₋ =₌ (₍ )₎ aₐ eₑ hₕ iᵢ jⱼ kₖ lₗ mₘ nₙ oₒ pₚ rᵣ sₛ tₜ "
    "uᵤ vᵥ xₓ βᵦ γᵧ ρᵨ φᵩ χᵪ"
)
SUPERSCRIPTS = {pair[0]: pair[1] for pair in _SUPER.split()}
SUBSCRIPTS = {pair[0]: pair[1] for pair in _SUB.split()}
FRACTIONS = {
    ("1", "2"): "½", ("1", "3"): "⅓", ("2", "3"): "⅔", ("1", "4"): "¼", ("3", "4"): "¾",
    ("1", "5"): "⅕",
    ("2", "5"): "⅖", ("3", "5"): "⅗", ("4", "5"): "⅘", ("1", "6"): "⅙", ("5", "6"): "⅚",
    ("1", "8"): "⅛",
    ("3", "8"): "⅜", ("5", "8"): "⅝", ("7", "8"): "⅞",
}  # fmt: skip
ROOTS = {"2": "√", "3": "∛", "4": "∜", "n": "ⁿ√", "5": "⁵√", "6": "⁶√", "k": "ᵏ√", "m": "ᵐ√"}
BLACKBOARD = dict(zip("CHNPQRZ", "ℂℍℕℙℚℝℤ"))
SCRIPT = dict(zip("BEFHILMR", "ℬℰℱℋℐℒℳℛ"))
ACCENTS = {
    "\\hat": "\u0302", "\\widehat": "\u0302", "\\bar": "\u0304", "\\overline": "\u0304",
    "\\vec": "\u20d7",
    "\\dot": "\u0307", "\\ddot": "\u0308", "\\tilde": "\u0303", "\\widetilde": "\u0303",
}  # fmt: skip
FUNCTIONS = frozenset(
    (
        *("sin", "cos", "tan", "cot", "sec", "csc", "arcsin", "arccos", "arctan", "sinh", "cosh"),
        *("tanh", "log", "ln", "lg", "exp", "lim", "limsup", "liminf", "max", "min", "sup", "inf"),
        *("det", "dim", "ker", "gcd", "deg", "arg", "hom", "Pr"),
    )
)
_GREEK = (
    "alpha α beta β gamma γ delta δ epsilon ϵ varepsilon ε zeta ζ eta η theta θ vartheta ϑ iota ι "
    "kappa κ lambda λ mu μ nu ν xi ξ pi π varpi ϖ rho ρ varrho ϱ sigma σ varsigma ς tau τ upsilon "
    "υ phi φ varphi φ chi χ psi ψ omega ω Gamma Γ Delta Δ Theta Θ Lambda Λ Xi Ξ Pi Π Sigma Σ "
    "Upsilon Υ Phi Φ Psi Ψ Omega Ω"
)
_RELATIONS = (
    "leq ≤ le ≤ geq ≥ ge ≥ neq ≠ ne ≠ approx ≈ equiv ≡ sim ∼ simeq ≃ cong ≅ propto ∝ ll ≪ gg ≫ "
    "prec ≺ succ ≻ in ∈ notin ∉ ni ∋ subset ⊂ subseteq ⊆ supset ⊃ supseteq ⊇ to → rightarrow → "
    "longrightarrow ⟶ leftarrow ← leftrightarrow ↔ Rightarrow ⇒ implies ⇒ Leftarrow ⇐ "
    "Leftrightarrow ⇔ iff ⇔ mapsto ↦ mid ∣ parallel ∥ perp ⊥ models ⊨ vdash ⊢ times × cdot · div ÷ "
    "pm ± mp ∓ ast ∗ star ⋆ circ ∘ bullet • cup ∪ cap ∩ setminus ∖ vee ∨ lor ∨ wedge ∧ land ∧ "
    "oplus ⊕ otimes ⊗ coloneqq ≔ lt < gt > rightleftharpoons ⇌ xrightarrow →"
)
_OTHERS = (
    "infty ∞ partial ∂ nabla ∇ sum ∑ prod ∏ int ∫ iint ∬ iiint ∭ oint ∮ forall ∀ exists ∃ nexists "
    "∄ neg ¬ lnot ¬ emptyset ∅ varnothing ∅ ell ℓ hbar ℏ Re ℜ Im ℑ aleph ℵ angle ∠ degree ° prime "
    "′ triangle △ therefore ∴ because ∵ ldots … dots … cdots ⋯ vdots ⋮ ddots ⋱ lfloor ⌊ rfloor ⌋ "
    "lceil ⌈ rceil ⌉ langle ⟨ rangle ⟩ lvert | rvert | vert | lVert ‖ rVert ‖ Vert ‖ lbrace { "
    "rbrace } uparrow ↑ downarrow ↓ square □ checkmark ✓ euro € pounds £ lbrack [ rbrack ] "
    "backslash \\ imath ı top ⊤ bot ⊥ dagger † surd √"
)


def _pairs(text: str) -> dict[str, str]:
    words = text.split()
    return {f"\\{name}": symbol for name, symbol in zip(words[::2], words[1::2])}


SPACED = frozenset(name for name in _pairs(_RELATIONS) if name not in ("\\circ", "\\xrightarrow"))
SYMBOLS = {
    **_pairs(_GREEK),
    **_pairs(_RELATIONS),
    **_pairs(_OTHERS),
    **{f"\\{char}": char for char in "{}%$&#_"},
    **dict.fromkeys(("\\,", "\\:", "\\;", "\\ ", "\\quad", "\\qquad", "\\>"), " "),
    "\\|": "‖",
}
del SYMBOLS["\\xrightarrow"]
