namespace Foreman.Kubernetes;

/// <summary>
/// An object that the server holds can't be read as its kind. A <see cref="Reflector{T}"/> goes on with all others; the store
/// keeps this one as it was when it could last be read (nothing, if it never could), until it is mended or deleted.
/// </summary>
public sealed class UnreadableObjectException : Exception
{
    internal UnreadableObjectException(ResourceType type, ObjectKey key, string problem)
        : base($"the {type.Kind} `{key}` on the server can't be read and is left as it was last known: {problem}; mend or delete it")
    {
        Key = key;
    }

    /// <summary>The object.</summary>
    public ObjectKey Key { get; }
}
