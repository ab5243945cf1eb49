from accounts import views
from core.routes import ANYONE, route

app_name = "accounts"
urlpatterns = [
    route("sign-in/", views.sign_in_page, to=ANYONE, name="sign_in"),
    route("sign-out/", views.sign_out, to=ANYONE, name="sign_out"),
    route("preferences/", views.preferences, to=ANYONE, name="preferences"),
]
