using System.Security.Cryptography;
using ChainBridge.Engine.Hosts;

namespace ChainBridge.Engine.Secrets;

/// <summary>
/// The generated passwords of an environment's accessories and of its edge's admin side, in files of mode 0600. Whatever reads one also
/// teaches it to the redactor.
/// </summary>
internal sealed class AccessorySecrets(string state, Redactor redactor, bool onlyPlans = false)
{
    /// <summary>What the edge's admin side asks for, made on first use. A dot is in no accessory's name.</summary>
    public string EdgeKey => PasswordOf("edge.admin");

    private string Folder => Path.Combine(state, "secrets");

    /// <summary>Where the accessory's password is kept.</summary>
    public string FileOf(string accessory) => Path.Combine(Folder, accessory);

    /// <summary>The accessory's password, made on first use.</summary>
    public string PasswordOf(string accessory)
    {
        var path = FileOf(accessory);
        if (!File.Exists(path) && onlyPlans) return "made when it is first needed";
        if (!File.Exists(path)) Make(path);
        var password = File.ReadAllText(path).Trim();
        redactor.Learn(password);
        return password;
    }

    /// <summary>Forgets them all; with the data they protect.</summary>
    public void Remove()
    {
        if (Directory.Exists(Folder)) Directory.Delete(Folder, recursive: true);
    }

    private void Make(string path)
    {
        Directory.CreateDirectory(Folder, DurableFile.OwnerOnly | UnixFileMode.UserExecute);
        DurableFile.Write(path, Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(24)), DurableFile.OwnerOnly);
    }
}
