using System.Globalization;

namespace Foreman.Testing;

/// <summary>
/// How much a test does whose worth grows with its length: little when somebody waits for the tests, more in CI
/// (<c>FOREMAN_TEST_LONG=1</c>), and as much as is asked for on demand (<c>FOREMAN_TEST_SEEDS</c>, <c>FOREMAN_TEST_SOAK_SECONDS</c>, <c>FOREMAN_TEST_FUZZ_SECONDS</c>).
/// </summary>
public static class LongRun
{
    /// <summary>True in CI, where long runs are wanted.</summary>
    public static bool IsOn { get; } = Environment.GetEnvironmentVariable("FOREMAN_TEST_LONG") == "1";

    /// <summary>How many seeds a simulation plays, each a history of its own.</summary>
    /// <param name="quick">When somebody waits.</param>
    /// <param name="full">In CI.</param>
    public static int Seeds(int quick, int full = 20_000) => Number("FOREMAN_TEST_SEEDS") ?? (IsOn ? full : quick);

    /// <summary>How long a soak lasts.</summary>
    /// <param name="quick">When somebody waits.</param>
    /// <param name="full">In CI.</param>
    public static TimeSpan Soak(TimeSpan quick, TimeSpan full) =>
        Number("FOREMAN_TEST_SOAK_SECONDS") is { } seconds ? TimeSpan.FromSeconds(seconds) : IsOn ? full : quick;

    /// <summary>How long each target of a <see cref="Fuzzer"/> is fuzzed: 1 s when somebody waits and 3 s in CI, unless something else is asked for.</summary>
    public static TimeSpan Fuzz() => TimeSpan.FromSeconds(Number("FOREMAN_TEST_FUZZ_SECONDS") ?? (IsOn ? 3 : 1));

    private static int? Number(string variable)
    {
        var text = Environment.GetEnvironmentVariable(variable);
        return string.IsNullOrEmpty(text) ? null
            : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0 ? number
            : throw new ArgumentException($"{variable} is `{text}`: give a whole number above 0");
    }
}
