namespace Foreman.Kubernetes;

/// <summary>What the server does with fields that it doesn't know or that stand there twice.</summary>
public enum FieldValidation
{
    /// <summary>The write is refused.</summary>
    Strict,

    /// <summary>The fields are dropped and a warning is sent with the answer.</summary>
    Warn,

    /// <summary>The fields are dropped silently.</summary>
    Ignore,
}

/// <summary>What becomes of the objects that a deleted object owns.</summary>
public enum PropagationPolicy
{
    /// <summary>They are deleted afterwards.</summary>
    Background,

    /// <summary>They are deleted first; until then the owner stays, with a deletion time.</summary>
    Foreground,

    /// <summary>They stay.</summary>
    Orphan,
}
