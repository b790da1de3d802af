using System.Collections.Frozen;

namespace Foreman.DevCluster.Cel;

/// <summary>Computes a function of arguments that fit one of its signatures; the target of a call such as <c>text.size()</c> is the first of them.</summary>
internal delegate CelValue CelBody(CelValue[] arguments, CelRun run);

/// <summary>A signature of a function or operator.</summary>
/// <param name="Function">Its name.</param>
/// <param name="Parameters">Types of the arguments, the target as the first.</param>
/// <param name="Result">Type of the result.</param>
/// <param name="Body">Computes it.</param>
/// <param name="Member">Called on a target.</param>
internal sealed record CelOverload(string Function, IReadOnlyList<CelType> Parameters, CelType Result, CelBody Body, bool Member = false)
{
    /// <summary>Whether values fit, as far as they know their types.</summary>
    public bool Accepts(CelValue[] arguments)
    {
        for (var i = 0; i < arguments.Length; i++)
        {
            if (!Parameters[i].Accepts(arguments[i]))
            {
                return false;
            }
        }

        return true;
    }
}

/// <summary>
/// All functions: CEL's standard ones, and of the API server's libraries those for strings and lists. What is not here is refused by name
/// when an expression is compiled.
/// </summary>
internal static class CelFunctions
{
    private static readonly FrozenDictionary<string, CelOverload[]> ByName =
        CelOperators.Overloads.Concat(CelConversions.Overloads).Concat(CelStrings.Overloads).Concat(CelLists.Overloads).Concat(CelCalendar.Overloads)
            .GroupBy(overload => overload.Function, StringComparer.Ordinal)
            .ToFrozenDictionary(group => group.Key, group => group.ToArray(), StringComparer.Ordinal);

    /// <summary>The signatures of a name; empty when there is no such function.</summary>
    public static IReadOnlyList<CelOverload> Find(string name) => ByName.GetValueOrDefault(name) ?? [];
}
