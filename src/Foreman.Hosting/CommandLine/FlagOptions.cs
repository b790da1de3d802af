using System.CommandLine;

namespace Foreman.Hosting;

/// <summary>Flags as options of a command.</summary>
public sealed class FlagOptions
{
    private readonly Dictionary<Flag, Option<string[]>> _options;

    private FlagOptions(Dictionary<Flag, Option<string[]>> options) => _options = options;

    /// <summary>Adds the flags to a command and, where <paramref name="recursive"/>, to the commands below it.</summary>
    public static FlagOptions AddTo(Command command, IEnumerable<Flag> flags, bool recursive)
    {
        var options = flags.ToDictionary(f => f, f => ToOption(f, recursive));
        foreach (var option in options.Values)
        {
            command.Options.Add(option);
        }

        return new FlagOptions(options);
    }

    /// <summary>Whether the command line has any of them.</summary>
    public bool AnyGiven(ParseResult parsed) => _options.Values.Any(option => parsed.GetResult(option) is { Implicit: false });

    /// <summary>The values, from the command line and the environment.</summary>
    public FlagValues Read(ParseResult parsed, Func<string, string?> environment) => new(flag => Given(parsed, flag), environment);

    // All values are read as text, so that the environment and the command line give the same messages.
    private static Option<string[]> ToOption(Flag flag, bool recursive) => new("--" + flag.Name)
    {
        Description = $"{flag.Help}{(flag.Default.Length > 0 ? $" [default: {flag.Default}]" : "")} [${flag.Variable}]",
        HelpName = flag.Kind == FlagKind.Switch ? "true|false" : flag.Value,
        Arity = flag.Kind == FlagKind.Switch ? ArgumentArity.ZeroOrMore : ArgumentArity.OneOrMore,
        Recursive = recursive,
    };

    private string[]? Given(ParseResult parsed, Flag flag)
    {
        if (parsed.GetResult(_options[flag]) is not { Implicit: false } result)
        {
            return null;
        }

        // Given twice, the last one counts: that is how a unit file's line is overridden by appending to it.
        var given = result.Tokens.Select(t => t.Value).ToArray();
        return flag.Kind switch
        {
            FlagKind.Repeated => given,
            FlagKind.Switch when given.Length == 0 => ["true"],
            _ => [given[^1]],
        };
    }
}
