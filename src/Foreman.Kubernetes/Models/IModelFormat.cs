using System.Text.Json;

namespace Foreman.Kubernetes;

/// <summary>How the objects of one kind are read and written by the model type of another library.</summary>
/// <typeparam name="TModel">The other library's type, which holds a whole object, metadata included.</typeparam>
public interface IModelFormat<TModel>
    where TModel : class
{
    /// <summary>Group, version, kind, plural and scope.</summary>
    static abstract ResourceType Type { get; }

    /// <summary>Reads a whole object.</summary>
    /// <param name="json">The object as the server sent it.</param>
    /// <exception cref="JsonException">It does not fit the model.</exception>
    static abstract TModel Read(JsonElement json);

    /// <summary>Writes a whole object as one JSON value.</summary>
    /// <param name="writer">Where it goes.</param>
    /// <param name="model">The object.</param>
    static abstract void Write(Utf8JsonWriter writer, TModel model);
}
