using Foreman.DevCluster.Schema;

namespace Foreman.DevCluster.Cel;

/// <summary>The cost of one evaluation, in the API server's units: one for a step, a tenth for a character.</summary>
/// <param name="limit">Most units.</param>
/// <param name="patterns">The regular expressions that stand in the text of the expression.</param>
internal sealed class CelRun(long limit, IReadOnlyDictionary<string, SchemaPattern> patterns)
{
    private const int CharactersPerUnit = 10;
    private const int UnitsPerNewPatternCharacter = 10;
    private const int PatternCharactersPerStep = 4;

    /// <summary>Units that were spent.</summary>
    public long Cost { get; private set; }

    /// <exception cref="CelCostException">It is more than the limit.</exception>
    public void Charge(long units)
    {
        Cost += units;
        if (Cost > limit)
        {
            throw new CelCostException();
        }
    }

    /// <summary>Counts characters or bytes that are looked at or copied.</summary>
    /// <exception cref="CelCostException">It is more than the limit.</exception>
    public void ChargeText(long characters) => Charge((characters + CharactersPerUnit - 1) / CharactersPerUnit);

    /// <summary>Matches as RE2 does.</summary>
    /// <exception cref="CelCostException">It is more than the limit.</exception>
    public CelValue Matches(string text, string expression)
    {
        if (!patterns.TryGetValue(expression, out var pattern))
        {
            Charge((long)expression.Length * UnitsPerNewPatternCharacter);
            try
            {
                pattern = SchemaPattern.Compile(expression, "matches");
            }
            catch (FormatException e)
            {
                return new CelError(e.Message);
            }
        }

        // The API server guesses the steps for a character by the length of the pattern, which says little of counted repetitions.
        var guessed = ((text.Length / CharactersPerUnit) + 1L) * ((expression.Length / PatternCharactersPerStep) + 1L);
        Charge(Math.Max(guessed, pattern.Work(text)));
        return CelBool.Of(pattern.IsMatch(text));
    }
}
