namespace Foreman.Testing.Faults;

/// <summary>Which calls a fault is for: those that fit everything that is set.</summary>
public sealed record CallMatch
{
    /// <summary>All calls.</summary>
    public static CallMatch Any { get; } = new();

    /// <summary>A verb as in <see cref="ApiCall.Verb"/>.</summary>
    public string? Verb { get; init; }

    /// <summary>Plural of a kind; with a slash and the name for a subresource.</summary>
    public string? Resource { get; init; }

    /// <summary>A namespace.</summary>
    public string? Namespace { get; init; }

    /// <summary>Name of an object.</summary>
    public string? Name { get; init; }

    /// <summary>A bearer token.</summary>
    public string? Token { get; init; }

    /// <summary>True for pages of a list after the first, false for what is no such page.</summary>
    public bool? Continued { get; init; }

    /// <summary>True for calls that write, false for those that read.</summary>
    public bool? Writes { get; init; }

    /// <summary>True for watches that begin with all objects there are, false for what is no such watch.</summary>
    public bool? InitialEvents { get; init; }

    /// <summary>Lists of a kind.</summary>
    public static CallMatch Lists(string? resource = null) => new() { Verb = "list", Resource = resource };

    /// <summary>Watches of a kind.</summary>
    public static CallMatch Watches(string? resource = null) => new() { Verb = "watch", Resource = resource };

    /// <summary>Whether a call fits.</summary>
    public bool Fits(ApiCall call) =>
        Same(Verb, call.Verb) && Same(Resource, call.Resource) && Same(Namespace, call.Namespace) && Same(Name, call.Name) && Same(Token, call.Token)
        && (Continued is null || Continued == call.ContinueToken.Length > 0)
        && (InitialEvents is null || InitialEvents == call.InitialEvents)
        && (Writes is null || Writes == call.Verb is "create" or "update" or "patch" or "delete" or "deletecollection");

    private static bool Same(string? wanted, string given) => wanted is null || wanted == given;
}
